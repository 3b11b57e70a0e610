using System.Net;
using System.Runtime.CompilerServices;
using Lava.Gateway.Realtime;
using Lava.Gateway.Responses;
using Lava.Gateway.Upstreams;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Relay;

/// <summary>Step 7: sends the request to the provider and takes over the answer's head.</summary>
internal sealed class UpstreamForwarder(GatewayParts parts, BodyBudget bodies) : IDisposable
{
    /// <summary>Sends; on Ok the answer's status and headers stand in the response and its scanner is ready.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GatewayOutcome> SendAsync(GatewayCall call)
    {
        var request = Build(call);
        call.AddedTicks = call.Timestamp() - call.ArrivedAt;
        call.Sent = true;
        call.WatchDownstream();
        call.Limit(parts.Options.FirstByteTimeout);
        try
        {
            call.Upstream = await parts.Upstream.SendAsync(request, call.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return call.DownstreamGone ? GatewayOutcome.DownstreamAborted : GatewayOutcome.UpstreamTimeout;
        }
        catch (HttpRequestException e)
        {
            // The connector's own refusal of an address that is not public comes wrapped by the handler.
            return e.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
                ? GatewayOutcome.UpstreamRefused
                : GatewayOutcome.UpstreamUnreachable;
        }

        if (call.IsRelayedSession)
        {
            return RealtimeHandshake.TakeHead(call, call.Upstream);
        }

        TakeHead(call, call.Upstream);
        return GatewayOutcome.Ok;
    }

    public void Dispose() => parts.Upstream.Dispose();

    private HttpRequestMessage Build(GatewayCall call)
    {
        var target = call.Target!;
        var downstream = call.Http.Request;

        // HTTP/2 where TLS negotiates it; a plain-text override speaks 1.1.
        var request = new HttpRequestMessage(HttpMethod.Parse(downstream.Method), target.Uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (call.Body.Length > 0 || downstream.ContentLength is not null)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body.Memory);
        }

        RequestHeaderPolicy.Copy(downstream.Headers, request);
        if (call.IsWebSocket)
        {
            RealtimeHandshake.Ask(request);
        }

        if (call.IsSelfAuthorized)
        {
            CallerAuthorization.Copy(downstream.Headers, request, target.KeyScheme);
        }
        else if (!call.Identity.ProviderKey.IsEmpty)
        {
            ProviderAuthorizer.Authorize(request, target.KeyScheme, call.Identity.ProviderKey.Span);
        }
        else if (parts.ProviderKeys.TryFind(target, out var managed))
        {
            ProviderAuthorizer.Authorize(request, target.KeyScheme, managed);
        }

        return request;
    }

    private void TakeHead(GatewayCall call, HttpResponseMessage upstream)
    {
        var response = call.Http.Response;
        call.Record.HttpStatus = (int)upstream.StatusCode;
        response.StatusCode = (int)upstream.StatusCode;
        ResponseHeaderPolicy.Copy(upstream, response.Headers);
        var length = upstream.Content.Headers.ContentLength;
        call.UsageInjected &= upstream.IsSuccessStatusCode && IsEventStream(upstream);
        if (!call.UsageInjected && length is not null)
        {
            response.ContentLength = length;
        }

        if (Header(upstream, "Content-Encoding") is { } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            // The events inside can't be taken out without touching the bytes: the client gets the one chunk more.
            call.Compressed = new CompressedTap(encoding, bodies);
            call.UsageInjected = false;
        }

        ReadyScanner(call, upstream);
    }

    private static void ReadyScanner(GatewayCall call, HttpResponseMessage upstream)
    {
        var endpoint = call.Target!.Endpoint;
        var format = upstream.IsSuccessStatusCode ? endpoint.Format : ApiFormat.None;
        call.Scanner.Reset(format, ResponseFramings.Of(Header(upstream, "Content-Type")), endpoint.Fields);
        if (format == ApiFormat.None || endpoint.Headers.Count == 0)
        {
            return;
        }

        foreach (var (name, role) in endpoint.Headers)
        {
            if (upstream.Headers.NonValidated.TryGetValues(name, out var values))
            {
                call.Scanner.TakeHeader(role, values.ToString());
            }
        }
    }

    private static bool IsEventStream(HttpResponseMessage upstream) =>
        Header(upstream, "Content-Type")?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    // The raw value: the parsed one would cost an object.
    private static string? Header(HttpResponseMessage upstream, string name) =>
        upstream.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
