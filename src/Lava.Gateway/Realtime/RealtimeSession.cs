using System.Net.WebSockets;
using System.Text.Json;
using Lava.Core;
using Lava.Gateway.Relay;
using Lava.Gateway.Responses;
using Lava.Gateway.Signals;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Realtime;

/// <summary>
/// One session: a pump for each direction. Pieces of messages pass as they come; the upstream pump shows each to the scanner and settles
/// a turn before the piece that ends it goes on. Once the client has gone or can't pay, upstream is only read on, within limits, for
/// what runs still.
/// </summary>
internal sealed class RealtimeSession(
    GatewayCall call, RealtimeTurns turns, RealtimeSocket client, RealtimeSocket upstream, GatewayParts parts, RealtimeHandler handler)
{
    private readonly RealtimeScanner _scanner = new();
    private readonly byte[] _fromUpstream = new byte[RealtimeLimits.PieceBytes];
    private readonly byte[] _fromClient = new byte[RealtimeLimits.PieceBytes];
    private readonly Lock _ending = new();
    private volatile GatewayOutcome _refused;
    private (WebSocketCloseStatus Status, string? Reason) _upstreamClose;
    private volatile bool _isOver;

    /// <summary>Runs it. On return it is settled and closed.</summary>
    public async Task RunAsync()
    {
        var fromClient = PumpClientAsync();
        try
        {
            await PumpUpstreamAsync().ConfigureAwait(false);
            await turns.EndAsync(ErrorCode()).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(fromClient).ConfigureAwait(false);
        }
    }

    private async Task PumpUpstreamAsync()
    {
        while (true)
        {
            call.Limit(parts.Options.IdleTimeout);
            ValueWebSocketReceiveResult received;
            try
            {
                received = await upstream.ReceiveAsync(_fromUpstream, call.Cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (RealtimeSocket.IsGone(e))
            {
                return;
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            await PassAsync(received).ConfigureAwait(false);
            if (_isOver && turns.Running == 0)
            {
                await LeaveUpstreamAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Meters a piece, then sends it on. Where it leaves nothing to pay the next turn with, the session ends with its message.
    /// </summary>
    private async ValueTask PassAsync(ValueWebSocketReceiveResult received)
    {
        var piece = _fromUpstream.AsMemory(0, received.Count);
        var found = _scanner.Scan(piece.Span, received.EndOfMessage);
        var outcome = await turns.TakeAsync(found, _scanner, parts.Options.ProgressInterval).ConfigureAwait(false);
        _refused = _refused == GatewayOutcome.Ok ? outcome : _refused;
        if (!_isOver)
        {
            // A client that takes nothing until the idle limit is gone; so is one whose connection broke: its own pump finds out.
            await client.TrySendAsync(piece, received.MessageType, received.EndOfMessage, call.Cancellation).ConfigureAwait(false);
        }

        if (_refused != GatewayOutcome.Ok && received.EndOfMessage && !_isOver)
        {
            await RefuseAsync().ConfigureAwait(false);
        }
    }

    private async Task PumpClientAsync()
    {
        try
        {
            while (true)
            {
                var received = await client.ReceiveAsync(_fromClient, CancellationToken.None).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                call.Limit(parts.Options.IdleTimeout);

                // Refused: the client may ask for its next turn as soon as it has the end of the last one.
                if (!_isOver && _refused == GatewayOutcome.Ok)
                {
                    turns.CountClient(received.Count);
                    var piece = _fromClient.AsMemory(0, received.Count);
                    await upstream.TrySendAsync(piece, received.MessageType, received.EndOfMessage, call.Cancellation)
                        .ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (RealtimeSocket.IsGone(e))
        {
            // It vanished, or was given up.
        }

        await GoAsync().ConfigureAwait(false);
    }

    /// <summary>The client has gone, in whatever way: upstream is left when nothing runs any more.</summary>
    private async ValueTask GoAsync()
    {
        if (TryEnd(client.CloseStatus ?? WebSocketCloseStatus.EndpointUnavailable, client.CloseReason))
        {
            if (turns.Running == 0)
            {
                await LeaveUpstreamAsync().ConfigureAwait(false);
            }

            await client.CloseAsync(client.CloseStatus, client.CloseReason).ConfigureAwait(false);
        }
    }

    /// <summary>The next turn can't be paid: says why, closes the client's side, leaves upstream when nothing runs any more.</summary>
    private async ValueTask RefuseAsync()
    {
        var refused = Refusal.Code;
        var code = refused.Code;
        if (!TryEnd(WebSocketCloseStatus.PolicyViolation, code))
        {
            return;
        }

        Refusals.Count(parts.Metrics, parts.Signals, call, refused);
        await client.TrySendAsync(ErrorEvent(code), WebSocketMessageType.Text, isLast: true, call.Cancellation).ConfigureAwait(false);
        await client.CloseAsync(WebSocketCloseStatus.PolicyViolation, code).ConfigureAwait(false);
    }

    /// <summary>
    /// Nothing passes any more in either direction, nothing more is held; what runs has the time that is left. True once.
    /// </summary>
    /// <param name="status">What upstream is told when it is left.</param>
    /// <param name="reason">The same in words.</param>
    private bool TryEnd(WebSocketCloseStatus status, string? reason)
    {
        lock (_ending)
        {
            if (_isOver)
            {
                return false;
            }

            turns.IsEnding = true;
            _upstreamClose = (status, reason);
            _isOver = true;
        }

        call.LimitDrain(parts.Options.DrainTimeout);
        return true;
    }

    /// <summary>Closes upstream; it has a moment to answer, and what it still sends until then counts.</summary>
    private async ValueTask LeaveUpstreamAsync()
    {
        call.LimitDrain(RealtimeLimits.CloseWait);
        await upstream.CloseAsync(_upstreamClose.Status, _upstreamClose.Reason).ConfigureAwait(false);
    }

    /// <summary>Closes what is not closed yet, as the other side did, or with the gateway's own reason.</summary>
    private async ValueTask CloseAsync(Task fromClient)
    {
        var ended = TryEnd(WebSocketCloseStatus.EndpointUnavailable, null);
        if (upstream.CloseStatus is { } status)
        {
            await upstream.CloseAsync(status, upstream.CloseReason).ConfigureAwait(false);
        }

        if (ended)
        {
            var (code, reason) = ClientClose();
            await client.CloseAsync(code, reason).ConfigureAwait(false);
        }

        upstream.Abort();
        await fromClient.WaitAsync(RealtimeLimits.CloseWait, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!fromClient.IsCompleted)
        {
            client.Abort();
        }

        await fromClient.ConfigureAwait(false);
    }

    private (WebSocketCloseStatus Status, string? Reason) ClientClose() => this switch
    {
        _ when upstream.CloseStatus is { } status => (status, upstream.CloseReason),
        _ when handler.IsStopping => (WebSocketCloseStatus.EndpointUnavailable, "The gateway is going away."),
        _ when call.TimedOut => (WebSocketCloseStatus.EndpointUnavailable, "The session's time limit has passed."),
        _ => (WebSocketCloseStatus.InternalServerError, "The provider broke the connection."),
    };

    /// <summary>Why no later turn may pass.</summary>
    private (ErrorCode Code, string Message) Refusal => _refused == GatewayOutcome.Refused && call.Refusal is { } refusal
        ? refusal
        : (GatewayErrors.Code(_refused), GatewayErrors.Message(_refused));

    /// <summary>Why a response that still runs has no end.</summary>
    private string ErrorCode() => call switch
    {
        _ when _refused != GatewayOutcome.Ok => Refusal.Code.Code,
        { DownstreamGone: true } => CallEnding.DownstreamAborted,
        { TimedOut: true } => GatewayErrors.Code(GatewayOutcome.UpstreamTimeout).Code,
        _ => CallEnding.UpstreamCut,
    };

    private byte[] ErrorEvent(string code) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type = "error",
        event_id = "event_" + call.Record.RequestId,
        error = new { type = code, code, message = $"{Refusal.Message} The session ends here." },
    });
}
