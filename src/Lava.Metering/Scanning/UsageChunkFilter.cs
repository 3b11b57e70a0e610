namespace Lava.Metering.Scanning;

/// <summary>
/// Takes back out of an OpenAI chat stream what the gateway's own include_usage put in: the event with the usage and no choices, and
/// the <c>"usage":null</c> of all others. Everything else passes byte for byte. It works in the caller's buffer, holds an event back
/// until its blank line, and never throws on any input. One stream at a time; <see cref="Reset"/> starts the next.
/// </summary>
public sealed class UsageChunkFilter
{
    /// <summary>
    /// Longest event that is looked into, in bytes; a longer one passes as it is. A chunk is a few hundred bytes; an audio chunk,
    /// the largest that the API streams, some ten thousand.
    /// </summary>
    public const int EventBytesMax = 256 * 1024;

    private bool _lineHasText;
    private bool _passesEvent;
    private bool _mayFollowLineFeed;
    private bool _droppedEvent;

    /// <summary>Starts over.</summary>
    public void Reset()
    {
        _lineHasText = false;
        _passesEvent = false;
        _mayFollowLineFeed = false;
        _droppedEvent = false;
    }

    /// <summary>
    /// Filters what was read. The buffer holds <paramref name="carried"/> bytes kept from the last call, then <paramref name="read"/>
    /// new ones. Returns how many bytes at its start are to be sent. The <paramref name="carry"/> bytes behind them (at most
    /// <see cref="EventBytesMax"/>; none at the end of the body) must be at the buffer's start in the next call.
    /// </summary>
    public int Filter(Span<byte> buffer, int carried, int read, bool endOfBody, out int carry)
    {
        var bytes = buffer[..(carried + read)];
        var sent = 0;
        var start = 0;
        for (var at = carried; at < bytes.Length;)
        {
            if (TakeLineFeed(bytes[at]))
            {
                at++;
                if (at - 1 == start)
                {
                    // The second half of the line end that ended the event before: it goes where that went.
                    sent += _droppedEvent ? 0 : Copy(bytes[start..at], bytes[sent..]);
                    start = at;
                }

                continue;
            }

            var stop = bytes[at..].IndexOfAny((byte)'\n', (byte)'\r');
            if (stop < 0)
            {
                _lineHasText = true;
                break;
            }

            at += stop + 1;
            var isBlank = stop == 0 && !_lineHasText;
            _lineHasText = false;
            _mayFollowLineFeed = bytes[at - 1] == '\r';
            if (isBlank)
            {
                at += at < bytes.Length && TakeLineFeed(bytes[at]) ? 1 : 0;
                sent += EndEvent(bytes[start..at], bytes[sent..]);
                start = at;
            }
        }

        return sent + Hold(bytes, start, sent, endOfBody, out carry);
    }

    private int Hold(Span<byte> bytes, int start, int sent, bool endOfBody, out int carry)
    {
        var rest = bytes[start..];
        carry = 0;
        if (endOfBody)
        {
            return EndEvent(rest, bytes[sent..]);
        }

        _passesEvent |= rest.Length > EventBytesMax;
        if (!_passesEvent)
        {
            carry = rest.Length;
            rest.CopyTo(bytes[sent..]);
            return 0;
        }

        _droppedEvent = false;
        return Copy(rest, bytes[sent..]);
    }

    private bool TakeLineFeed(byte b)
    {
        var takes = _mayFollowLineFeed && b == '\n';
        _mayFollowLineFeed = false;
        return takes;
    }

    private int EndEvent(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var passes = _passesEvent || text.Length > EventBytesMax || text.IndexOf("\"usage\""u8) < 0;
        _passesEvent = false;
        _droppedEvent = false;
        if (passes || !TryFindData(text, out var data))
        {
            return Copy(text, destination);
        }

        var chunk = UsageChunk.Read(data.Of(text));
        if (chunk.IsUsageOnly)
        {
            _droppedEvent = true;
            return 0;
        }

        if (!chunk.NullUsage.IsPresent)
        {
            return Copy(text, destination);
        }

        var head = Copy(text[..(data.Offset + chunk.NullUsage.Offset)], destination);
        return head + Copy(text[(data.Offset + chunk.NullUsage.End)..], destination[head..]);
    }

    // The one data line; an event with several is none of OpenAI's.
    private static bool TryFindData(ReadOnlySpan<byte> text, out ByteRange data)
    {
        data = default;
        for (var at = text.StartsWith("\uFEFF"u8) ? 3 : 0; at < text.Length;)
        {
            var length = text[at..].IndexOfAny((byte)'\n', (byte)'\r');
            length = length < 0 ? text.Length - at : length;
            if (text.Slice(at, length).StartsWith("data:"u8))
            {
                if (data.IsPresent)
                {
                    return false;
                }

                data = new ByteRange(at + 5, length - 5);
            }

            at += length + 1;
        }

        return data.IsPresent;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
