using System.Net.WebSockets;

namespace Lava.Gateway.Realtime;

/// <summary>
/// One side of a session. Two may send to it (its pump and whoever closes it), one after the other; a side that is gone makes a send
/// fail, never throw. A close is sent once.
/// </summary>
internal sealed class RealtimeSocket(WebSocket socket, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private bool _isClosed;

    /// <summary>How the other end closed; null before it did.</summary>
    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>What it said to that.</summary>
    public string? CloseReason => socket.CloseStatusDescription;

    /// <summary>Is this what a side throws that has gone, or that was given up?</summary>
    public static bool IsGone(Exception e) =>
        e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    /// <summary>The next piece of a message, or a close.</summary>
    /// <exception cref="Exception">One for which <see cref="IsGone"/> holds.</exception>
    public ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> piece, CancellationToken cancellation) =>
        socket.ReceiveAsync(piece, cancellation);

    /// <summary>Sends a piece of a message; false where the side is gone or closed.</summary>
    public async ValueTask<bool> TrySendAsync(
        ReadOnlyMemory<byte> piece, WebSocketMessageType type, bool isLast, CancellationToken cancellation)
    {
        try
        {
            await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        try
        {
            if (_isClosed)
            {
                return false;
            }

            await socket.SendAsync(piece, type, isLast, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsGone(e))
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>
    /// Closes this side's direction, within <see cref="RealtimeLimits.CloseWait"/>; nothing on a second call. A close without a status
    /// passes as one.
    /// </summary>
    public async ValueTask CloseAsync(WebSocketCloseStatus? status, string? reason)
    {
        using var limit = new CancellationTokenSource(RealtimeLimits.CloseWait, time);
        try
        {
            await _sending.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (!_isClosed)
            {
                _isClosed = true;
                var code = status ?? WebSocketCloseStatus.Empty;
                var text = code == WebSocketCloseStatus.Empty ? null : reason;
                await socket.CloseOutputAsync(code, text, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsGone(e) || e is ArgumentException)
        {
            // It has gone before, or upstream closed with a status that may not be sent.
            socket.Abort();
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Gives the connection up: whoever reads it or writes it learns that it is gone.</summary>
    public void Abort() => socket.Abort();

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }
}
