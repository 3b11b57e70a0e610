namespace Lava.Load.Comparing;

/// <summary>One connection to the lean provider: the bytes of a request as they come, and the stream that runs on it.</summary>
internal sealed class ProviderConnection(RawSocket socket)
{
    // A proxy's copy of a head of 2 KB and a body of 1 KB, several times over.
    private const int BufferBytes = 64 * 1024;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _length;

    public RawSocket Socket => socket;

    /// <summary>Events that the running stream still owes.</summary>
    public int Owed { get; set; }

    public bool IsFirst { get; set; }

    public long Gap { get; private set; }

    public long Requested { get; private set; }

    /// <summary>Reads what is there; false: the connection has ended, or sent more than a request may be.</summary>
    public bool Receive()
    {
        var read = _length < BufferBytes ? socket.Receive(_buffer.AsSpan(_length)) : -1;
        _length += Math.Max(0, read);
        return read >= 0;
    }

    /// <summary>Takes a complete request out of the buffer.</summary>
    /// <returns>False: it is not complete yet.</returns>
    public bool TryTake(out bool streamed)
    {
        streamed = false;
        var bytes = _buffer.AsSpan(0, _length);
        var head = bytes.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4)
        {
            return false;
        }

        var length = HttpHead.ContentLength(bytes[..head]);
        var end = length == HttpHead.Chunked ? throw new InvalidDataException("A request came in chunks.") : head + length;
        if (end > _length)
        {
            return false;
        }

        var body = bytes[head..end];
        streamed = body.IndexOf("\"stream\":true"u8) >= 0;
        if (streamed)
        {
            Begin(body);
        }

        bytes[end..].CopyTo(_buffer);
        _length -= end;
        return true;
    }

    private void Begin(ReadOnlySpan<byte> body)
    {
        Requested = MonotonicClock.Now;
        IsFirst = true;
        Owed = (int)StreamWish.Read(body, StreamWish.Events);
        Gap = StreamWish.Read(body, StreamWish.GapMicroseconds) * 1_000;
    }
}
