using System.Security.Cryptography;
using System.Text;
using Lava.Gateway.Responses;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Lava.Gateway.Realtime;

/// <summary>
/// How a request becomes a WebSocket, on both sides (RFC 6455, section 4). Upstream is asked over the client of every other call, so that
/// the same addresses are refused, and an answer that is no 101 reaches the caller as any answer does. No extension is offered: frames
/// pass uncompressed.
/// </summary>
internal static class RealtimeHandshake
{
    private const string Accept = "Sec-WebSocket-Accept";
    private const string Extensions = "Sec-WebSocket-Extensions";
    private const string Key = "Sec-WebSocket-Key";
    private const string Protocol = "Sec-WebSocket-Protocol";
    private const string Version = "Sec-WebSocket-Version";
    private const int KeyBytes = 16;

    // RFC 6455, section 1.3.
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>The headers of a handshake that each side makes its own; the sub-protocol is the caller's.</summary>
    public static readonly string[] OwnHeaders = [Accept, Extensions, Key, Version];

    // Adds the feature that knows the protocol's own rules, to requests that ask for an upgrade alone: others shall not pay for it.
    private static readonly WebSocketMiddleware Downstream = new(
        static _ => Task.CompletedTask, Options.Create(new WebSocketOptions()), NullLoggerFactory.Instance);

    /// <summary>Does the request ask for a WebSocket, as the standard has it? Another upgrade (h2c) is none and is ignored.</summary>
    public static bool IsAskedFor(HttpContext http)
    {
        var features = http.Features;
        if (features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
            && features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true })
        {
            return false;
        }

        // Nothing follows it, so it has ended when it returns.
        _ = Downstream.Invoke(http);
        return http.WebSockets.IsWebSocketRequest;
    }

    /// <summary>What a request is told that asks for a WebSocket where there is none, or the other way about.</summary>
    public static GatewayOutcome Refuse(GatewayCall call)
    {
        if (call.IsWebSocket)
        {
            return GatewayOutcome.WebSocketNotTaken;
        }

        call.Http.Response.Headers.Upgrade = "websocket";
        return GatewayOutcome.WebSocketRequired;
    }

    /// <summary>
    /// Adds to a request what makes it one for a WebSocket, and returns the key that its answer must know. The caller's own
    /// <see cref="OwnHeaders"/> must not be there.
    /// </summary>
    public static string Ask(RequestHeadWriter request)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));
        request.Header("Connection", "Upgrade");
        request.Header("Upgrade", "websocket");
        request.Header(Version, "13");
        request.Header(Key, key);
        return key;
    }

    /// <summary>Takes over the head of an answer that says 101. One that breaks the protocol's rules is no answer.</summary>
    public static GatewayOutcome TakeHead(GatewayCall call, UpstreamExchange upstream)
    {
        var protocol = SubProtocol(upstream);
        if (upstream.Headers.Find(Accept) != Answer(upstream.UpgradeKey)
            || upstream.Headers.Find(Extensions) is not null
            || (protocol is not null && !RealtimeProtocols.IsOffered(call.Http.Request.Headers, protocol)))
        {
            return GatewayOutcome.UpstreamUnreachable;
        }

        call.Record.HttpStatus = upstream.StatusCode;
        var headers = call.Http.Response.Headers;
        ResponseHeaderPolicy.Copy(upstream, headers);
        foreach (var name in new[] { Accept, Protocol, Version })
        {
            headers.Remove(name);
        }

        return GatewayOutcome.Ok;
    }

    /// <summary>The sub-protocol that upstream chose; null for none.</summary>
    public static string? SubProtocol(UpstreamExchange upstream) => upstream.Headers.Find(Protocol);

#pragma warning disable CA5350 // The protocol's own hash, which keeps no secret: it only shows that the other side speaks it.
    private static string Answer(string? key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
}
