namespace Lava.Wallets.Journal;

/// <summary>Where the journal is and how large it may grow.</summary>
public sealed record JournalOptions
{
    /// <summary>
    /// 64 MiB: 10 s of a server at its peak (20,000 calls/s at about 300 bytes), so that a roll-over is rare, and about 0.1 s to
    /// fill with zeros and to read at start.
    /// </summary>
    public const long DefaultSegmentBytes = 64L << 20;

    /// <summary>10 GiB: about ten hours without PostgreSQL at 1,000 calls/s, half an hour at 20,000.</summary>
    public const long DefaultSizeLimitBytes = 10L << 30;

    /// <summary>16 MiB: over a second of the peak, far more than a slow fdatasync (10 ms) leaves waiting.</summary>
    public const int DefaultRingBytes = 16 << 20;

    /// <summary>The largest ring: its records' distance must fit in 24 bits.</summary>
    public const int MaxRingBytes = 256 << 20;

    /// <summary>The smallest ring and segment; for tests.</summary>
    public const int MinBytes = 4096;

    /// <summary>The directory; made if missing. One process at a time.</summary>
    public required string Directory { get; init; }

    /// <summary>The server, as PostgreSQL's journal position names it.</summary>
    public int NodeId { get; init; } = 1;

    /// <summary>Bytes of a segment: 4 KiB to 1 GiB, a multiple of 8.</summary>
    public long SegmentBytes { get; init; } = DefaultSegmentBytes;

    /// <summary>
    /// Bytes of records from which no new call is taken: at least four segments. Settlements of running calls go beyond. On disk
    /// there may be two segments more, the active one's rest and the spare one, and the rest of each that a close has sealed.
    /// </summary>
    public long SizeLimitBytes { get; init; } = DefaultSizeLimitBytes;

    /// <summary>Bytes of the buffer between callers and disk: a power of two, 4 KiB to 256 MiB.</summary>
    public int RingBytes { get; init; } = DefaultRingBytes;

    /// <summary>How long a commit may take before new calls are refused: a hundred times what a slow disk's sync takes (10 ms).</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest payload that a record may carry: 256 KiB, less where the ring or a segment is small.</summary>
    public int MaxPayloadBytes =>
        (int)Math.Min(JournalFormat.MaxPayloadBytes, Math.Min(RingBytes / 4, SegmentBytes / 2) - JournalFormat.HeaderBytes);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Directory);
        var aligned = SegmentBytes % JournalFormat.Alignment == 0;
        Check(aligned && SegmentBytes is >= MinBytes and <= JournalFormat.MaxSegmentBytes, nameof(SegmentBytes), SegmentBytes);
        Check(SizeLimitBytes >= 4 * SegmentBytes, nameof(SizeLimitBytes), SizeLimitBytes);
        Check(RingBytes is >= MinBytes and <= MaxRingBytes && int.IsPow2(RingBytes), nameof(RingBytes), RingBytes);
    }

    private static void Check(bool valid, string name, long value)
    {
        if (!valid)
        {
            throw new ArgumentOutOfRangeException(name, value, "Out of the range that the option's documentation gives.");
        }
    }
}
