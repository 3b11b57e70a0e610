using System.Runtime.CompilerServices;

namespace Lava.Gateway.Upstreams.Http1;

/// <content>
/// The answer's body. It is received into the memory of whoever reads it and unframed there, so that an exchange which waits holds none;
/// only what came with the head stands in the exchange's own buffer until it is taken.
/// </content>
internal sealed partial class UpstreamExchange
{
    private const int BrokenOff = -1;
    private BodyFraming _framing;
    private ChunkedDecoder _chunks;
    private long _left;
    private bool _isUnclean;

    /// <summary>Is it known that the body has ended, and that everything of it was read?</summary>
    public bool IsEnded { get; private set; }

    /// <summary>
    /// Waits until there is something to read, or the end, without holding memory; false where the connection broke or was given up.
    /// </summary>
    public ValueTask<bool> WaitAsync()
    {
        if (IsEnded || _buffer.Length > 0)
        {
            return new ValueTask<bool>(true);
        }

        ReleaseBuffer();
        return _connection is null ? new ValueTask<bool>(false) : WaitAsync(_connection.Transport);
    }

    /// <summary>
    /// Reads what is there of the body, several chunks as one, or waits for something. 0 at its end; -1 where the connection broke, was
    /// given up or ended too early, and where the framing is broken.
    /// </summary>
    public ValueTask<int> ReadAsync(Memory<byte> memory)
    {
        var read = 0;
        if (!IsEnded && _buffer.Length > 0)
        {
            read = Unframe(_buffer.Span, memory.Span, out var consumed);
            _buffer.Take(consumed);
        }

        if (_buffer.Length == 0 || IsEnded)
        {
            ReleaseBuffer();
        }

        return read != 0 || IsEnded ? new ValueTask<int>(read)
            : _connection is null ? new ValueTask<int>(BrokenOff)
            : ReceiveAsync(_connection.Transport, memory);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(UpstreamTransport transport)
    {
        try
        {
            // A socket that is given up may as well look like one whose other side has closed.
            await transport.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
            return !_isAborted;
        }
        catch (Exception e) when (UpstreamTransport.IsBroken(e))
        {
            return false;
        }
    }

    /// <summary>Each turn takes framing alone, of which there is no more than a chunk's line or the trailers.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(UpstreamTransport transport, Memory<byte> memory)
    {
        var read = 0;
        while (read == 0 && !IsEnded)
        {
            try
            {
                // Not a byte beyond the body: what follows it is not the client's.
                var most = _framing == BodyFraming.Length ? (int)Math.Min(_left, memory.Length) : memory.Length;
                read = await transport.ReceiveAsync(memory[..most]).ConfigureAwait(false);
            }
            catch (Exception e) when (UpstreamTransport.IsBroken(e))
            {
                return BreakOff();
            }

            if (read == 0)
            {
                return EndWithConnection();
            }

            read = Unframe(memory.Span[..read], memory.Span, out _);
        }

        return read;
    }

    private void BeginBody(bool isUpgrade)
    {
        _framing = isUpgrade ? BodyFraming.Upgraded
            : _isHeadOnly || _head.StatusCode is 204 or 304 ? BodyFraming.None
            : _head.IsChunked ? BodyFraming.Chunked
            : _head.ContentLength >= 0 ? BodyFraming.Length
            : BodyFraming.UntilClose;
        _left = _head.ContentLength;
        if (_framing == BodyFraming.None || (_framing == BodyFraming.Length && _left == 0))
        {
            _isUnclean = _buffer.Length > 0;
            Complete();
        }
    }

    /// <summary>Takes the body's bytes out of what was received; beyond its end nothing may follow.</summary>
    private int Unframe(ReadOnlySpan<byte> from, Span<byte> to, out int consumed)
    {
        int count;
        if (_framing == BodyFraming.Chunked)
        {
            count = _chunks.Decode(from, to, out consumed);
            if (_chunks.IsBroken)
            {
                // What came before it is the client's all the same.
                return BreakOff(count > 0 ? count : BrokenOff);
            }

            if (_chunks.IsDone)
            {
                _isUnclean = consumed < from.Length;
                Complete();
            }

            return count;
        }

        count = Math.Min(from.Length, to.Length);
        if (_framing == BodyFraming.Length)
        {
            count = (int)Math.Min(count, _left);
            _left -= count;
        }

        from[..count].CopyTo(to);
        consumed = count;
        if (_framing == BodyFraming.Length && _left == 0)
        {
            _isUnclean = consumed < from.Length;
            Complete();
        }

        return count;
    }

    private int EndWithConnection()
    {
        if (_framing != BodyFraming.UntilClose || _isAborted)
        {
            return BreakOff();
        }

        Complete();
        return 0;
    }

    private int BreakOff(int count = BrokenOff)
    {
        Leave(ExchangeStep.Broken);
        return count;
    }

    /// <summary>The answer is whole. The connection goes back at once, not when the call is settled: another may want it.</summary>
    private void Complete()
    {
        IsEnded = true;
        var isClean = !_isUnclean && _head.KeepsAlive && _framing != BodyFraming.UntilClose && _sending.IsCompleted && !_isSendBroken;
        if (isClean && Unwatch() && Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            connection.Pool.Return(connection);
            return;
        }

        Leave(ExchangeStep.Broken);
    }

    private void ForgetBody()
    {
        IsEnded = false;
        _framing = BodyFraming.None;
        _chunks = default;
        _isUnclean = false;
    }
}
