using System.Runtime.CompilerServices;
using Lava.Gateway.Realtime;
using Lava.Gateway.Responses;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering;
using Lava.Metering.Scanning;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Relay;

/// <summary>Step 7: sends the request to the provider and takes over the answer's head.</summary>
internal sealed class UpstreamForwarder(GatewayParts parts, BodyBudget bodies) : IDisposable
{
    /// <summary>Sends; on Ok the answer's status and headers stand in the response and its scanner is ready.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GatewayOutcome> SendAsync(GatewayCall call)
    {
        var isWritten = TryWrite(call);
        call.AddedTicks = call.Timestamp() - call.ArrivedAt;
        call.Sent = true;
        call.WatchDownstream();
        call.Limit(parts.Options.FirstByteTimeout);
        var outcome = isWritten
            ? await parts.Upstream.SendAsync(call.Upstream, call.Body.Memory, call.Cancellation).ConfigureAwait(false)
            : UpstreamOutcome.Unreachable;
        if (outcome != UpstreamOutcome.Ok)
        {
            return outcome switch
            {
                UpstreamOutcome.Cancelled when call.DownstreamGone => GatewayOutcome.DownstreamAborted,
                UpstreamOutcome.Cancelled => GatewayOutcome.UpstreamTimeout,
                UpstreamOutcome.AddressRefused => GatewayOutcome.UpstreamRefused,
                UpstreamOutcome.Exhausted => GatewayOutcome.Overloaded,
                _ => GatewayOutcome.UpstreamUnreachable,
            };
        }

        if (call.Upstream.IsSent)
        {
            call.Body.Release();
        }

        if (call.IsRelayedSession)
        {
            return RealtimeHandshake.TakeHead(call, call.Upstream);
        }

        TakeHead(call, call.Upstream);
        return GatewayOutcome.Ok;
    }

    public void Dispose() => parts.Upstream.Dispose();

    /// <summary>Writes the request's head; false where it is longer than any server's.</summary>
    private bool TryWrite(GatewayCall call)
    {
        var target = call.Target!;
        var scheme = target.KeyScheme;
        var downstream = call.Http.Request;
        var method = call.IsWebSocket ? HttpMethods.Get : downstream.Method;
        var key = call.IsSelfAuthorized ? default : call.Identity.ProviderKey.Span;
        string? managed = null;
        var isKeyed = !key.IsEmpty || (!call.IsSelfAuthorized && parts.ProviderKeys.TryFind(target, out managed));

        var head = call.Upstream.Begin(target.Origin, method, call.IsWebSocket);
        head.Begin(method, target.PathAndQuery);
        ProviderAuthorizer.SetInQuery(head, target.PathAndQuery.Contains((byte)'?'), scheme, key, managed);
        head.Host(target.Origin.HostHeader);

        // An operator's provider may use a header that the policy lets pass: the caller's must not stand beside ours.
        var isReplaced = call.IsSelfAuthorized
            ? CallerAuthorization.IsInSchemesHeader(downstream.Headers, scheme)
            : isKeyed && scheme.Parameter.Length == 0;
        var replaced = isReplaced ? scheme.Header : null;
        if (call.IsWebSocket)
        {
            RequestHeaderPolicy.Write(downstream.Headers, head, [replaced, .. RealtimeHandshake.OwnHeaders]);
            call.Upstream.UpgradeKey = RealtimeHandshake.Ask(head);
        }
        else
        {
            RequestHeaderPolicy.Write(downstream.Headers, head, replaced);
        }

        if (call.IsSelfAuthorized)
        {
            CallerAuthorization.Copy(downstream.Headers, head, scheme);
        }

        ProviderAuthorizer.Set(head, scheme, key, managed);
        if (call.Body.Length > 0 || downstream.ContentLength is not null || TakesBody(method))
        {
            head.ContentLength(call.Body.Length);
        }

        head.End();
        return !head.IsTooLong;
    }

    // Servers expect a length with these, and may wait for a body without it.
    private static bool TakesBody(string method) => HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method);

    private void TakeHead(GatewayCall call, UpstreamExchange upstream)
    {
        var response = call.Http.Response;
        call.Record.HttpStatus = upstream.StatusCode;
        response.StatusCode = upstream.StatusCode;
        ResponseHeaderPolicy.Copy(upstream, response.Headers);
        var type = response.Headers.ContentType.ToString();
        call.UsageInjected &= upstream.IsSuccess && type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (!call.UsageInjected && upstream is { ContentLength: { } length, StatusCode: not StatusCodes.Status204NoContent })
        {
            response.ContentLength = length;
        }

        if (response.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding
            && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            // The events inside can't be taken out without touching the bytes: the client gets the one chunk more.
            call.Compressed = new CompressedTap(encoding, bodies);
            call.UsageInjected = false;
        }

        ReadyScanner(call, upstream, type);
    }

    private static void ReadyScanner(GatewayCall call, UpstreamExchange upstream, string type)
    {
        var endpoint = call.Target!.Endpoint;
        var format = upstream.IsSuccess ? endpoint.Format : ApiFormat.None;
        call.Scanner.Reset(format, ResponseFramings.Of(type), endpoint.Fields);
        if (format == ApiFormat.None || endpoint.Headers.Count == 0)
        {
            return;
        }

        foreach (var (name, role) in endpoint.Headers)
        {
            if (upstream.Headers.Find(name) is { } value)
            {
                call.Scanner.TakeHeader(role, value);
            }
        }
    }
}
