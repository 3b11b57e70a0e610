using System.Buffers.Text;

namespace Lava.Load.Comparing;

/// <summary>Reads responses as they come, in whatever pieces, and no more of them than must be known.</summary>
internal sealed class ResponseReader
{
    // Room for a chunk's size and what else stands in its line.
    private const int BufferBytes = 64 * 1024;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _length;
    private Part _part;
    private int _left;

    private enum Part
    {
        Head,
        Body,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
        End,
    }

    public int Status { get; private set; }

    /// <summary>Bytes of the body so far, without framing.</summary>
    public int BodyBytes { get; private set; }

    public bool IsComplete => _part == Part.End;

    /// <summary>Where the next bytes go.</summary>
    public Span<byte> Free => _buffer.AsSpan(_length);

    /// <summary>The next response begins.</summary>
    public void Reset()
    {
        _part = Part.Head;
        _length = 0;
        BodyBytes = 0;
    }

    /// <summary>Takes bytes that were put into <see cref="Free"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="events">Gets the body's bytes where somebody wants to look at events.</param>
    public void Advance(int count, EventSplitter? events)
    {
        _length += count;
        var rest = (ReadOnlySpan<byte>)_buffer.AsSpan(0, _length);
        while (Step(ref rest, events))
        {
            // Until it needs more, or is complete.
        }

        rest.CopyTo(_buffer);
        _length = rest.Length;
    }

    private bool Step(ref ReadOnlySpan<byte> rest, EventSplitter? events) => _part switch
    {
        Part.Head => ReadHead(ref rest),
        Part.Body => ReadBody(ref rest, Part.End, events),
        Part.ChunkSize => ReadChunkSize(ref rest),
        Part.Chunk => ReadBody(ref rest, Part.ChunkEnd, events),
        Part.ChunkEnd => TryLine(ref rest, out _) && Go(Part.ChunkSize),
        Part.Trailer => TryLine(ref rest, out var line) && Go(line.IsEmpty ? Part.End : Part.Trailer),
        _ => false,
    };

    private bool ReadHead(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n\r\n"u8) + 4;
        if (end < 4)
        {
            return false;
        }

        Status = HttpHead.Status(rest);
        _left = HttpHead.ContentLength(rest[..end]);
        rest = rest[end..];
        return Go(_left == HttpHead.Chunked ? Part.ChunkSize : _left == 0 ? Part.End : Part.Body);
    }

    private bool ReadChunkSize(ref ReadOnlySpan<byte> rest)
    {
        if (!TryLine(ref rest, out var line))
        {
            return false;
        }

        Utf8Parser.TryParse(line, out _left, out _, 'x');
        return Go(_left == 0 ? Part.Trailer : Part.Chunk);
    }

    private bool ReadBody(ref ReadOnlySpan<byte> rest, Part next, EventSplitter? events)
    {
        var taken = Math.Min(_left, rest.Length);
        events?.Add(rest[..taken]);
        BodyBytes += taken;
        _left -= taken;
        rest = rest[taken..];
        return _left == 0 && Go(next);
    }

    private bool Go(Part next)
    {
        _part = next;
        return true;
    }

    private static bool TryLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf("\r\n"u8);
        line = end < 0 ? [] : rest[..end];
        rest = end < 0 ? rest : rest[(end + 2)..];
        return end >= 0;
    }
}
