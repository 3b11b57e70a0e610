using System.Net.WebSockets;
using Lava.Gateway.Reservation;
using Lava.Gateway.Responses;
using Lava.Gateway.Upstreams.Http1;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Realtime;

/// <summary>Steps 8 to 11 of a WebSocket: both handshakes are done or can be, and the first turn is held for.</summary>
internal sealed class RealtimeHandler(
    GatewayParts parts, CallReservation reservation, Settlement settlement, ModelNames names, Func<GatewayCall> create)
{
    private volatile bool _isStopping;

    /// <summary>Is the gateway going away?</summary>
    public bool IsStopping => _isStopping;

    /// <summary>The gateway goes away: sessions whose time is ended now say so to their clients.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>Relays a session. On return every hold has ended and both sides are closed.</summary>
    public async ValueTask RelayAsync(GatewayCall call)
    {
        var calls = new TurnCalls(call, parts, create);
        var turns = new RealtimeTurns(call, calls, reservation, settlement, names);
        try
        {
            await settlement.ReserveDurableAsync(call).ConfigureAwait(false);
            using var client = new RealtimeSocket(await AcceptAsync(call).ConfigureAwait(false), parts.Time);
            using var upstream = new RealtimeSocket(Open(call.Upstream), parts.Time);
            await new RealtimeSession(call, turns, client, upstream, parts, this).RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (RealtimeSocket.IsGone(e))
        {
            // The client went away during its handshake.
            call.Http.Abort();
        }
        finally
        {
            await turns.EndAsync(GatewayErrors.Code(GatewayOutcome.Failed).Code).ConfigureAwait(false);
            calls.End();
        }
    }

    private static Task<WebSocket> AcceptAsync(GatewayCall call) => call.Http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
    {
        SubProtocol = RealtimeHandshake.SubProtocol(call.Upstream),
        DangerousEnableCompression = false,
        KeepAliveInterval = RealtimeLimits.PingInterval,
        KeepAliveTimeout = RealtimeLimits.PingTimeout,
    });

    private static WebSocket Open(UpstreamExchange upstream)
    {
        var protocol = RealtimeHandshake.SubProtocol(upstream);
        return WebSocket.CreateFromStream(upstream.Open(), new WebSocketCreationOptions
        {
            IsServer = false,
            SubProtocol = protocol,
            KeepAliveInterval = RealtimeLimits.PingInterval,
            KeepAliveTimeout = RealtimeLimits.PingTimeout,
        });
    }
}
