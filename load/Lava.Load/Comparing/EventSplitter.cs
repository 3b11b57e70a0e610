namespace Lava.Load.Comparing;

/// <summary>
/// Cuts a body into its events, however it was cut on the way, and measures each against the times it carries.
/// </summary>
internal sealed class EventSplitter(LoadResult result)
{
    // Many times the longest event of the lean provider.
    private const int BufferBytes = 16 * 1024;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _length;
    private long _started;
    private long _arrived;
    private long _lastArrived;
    private long _lastSent;

    /// <summary>A request is sent now.</summary>
    public void Reset(long now)
    {
        _started = now;
        _lastSent = 0;
        _length = 0;
    }

    /// <summary>The bytes that come next came in now.</summary>
    public void Arrived(long now) => _arrived = now;

    public void Add(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var taken = Math.Min(piece.Length, BufferBytes - _length);
            piece[..taken].CopyTo(_buffer.AsSpan(_length));
            piece = piece[taken..];
            _length += taken;
            var rest = (ReadOnlySpan<byte>)_buffer.AsSpan(0, _length);
            while (rest.IndexOf("\n\n"u8) is >= 0 and var end)
            {
                Measure(rest[..end]);
                rest = rest[(end + 2)..];
            }

            // What fills the whole buffer is no event of the lean provider's: the length of the body will tell.
            _length = rest.Length == BufferBytes ? 0 : rest.Length;
            rest[.._length].CopyTo(_buffer);
        }
    }

    private void Measure(ReadOnlySpan<byte> @event)
    {
        if (!ProviderAnswers.TryReadStamps(@event, out var requested, out var sent))
        {
            return;
        }

        if (_lastSent == 0)
        {
            result.FirstEvent.Record(MonotonicClock.Span(_arrived - _started - (sent - requested)));
        }
        else
        {
            result.Gap.Record(MonotonicClock.Span(Math.Abs(_arrived - _lastArrived - (sent - _lastSent))));
        }

        _lastArrived = _arrived;
        _lastSent = sent;
    }
}
