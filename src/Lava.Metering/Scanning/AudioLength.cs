namespace Lava.Metering.Scanning;

/// <summary>
/// How long a recording is, by what its own headers say: where the provider bills seconds and does not tell them. Bounded work on any
/// bytes, and never an exception.
/// </summary>
public static class AudioLength
{
    /// <summary>
    /// Where a recording's length can't be told: bytes of a second at the lowest rate at which speech is usually stored, 8 kbit/s, so
    /// that the estimate is never too short.
    /// </summary>
    public const int EstimatedBytesPerSecond = 1000;

    // A film in its best quality, 200 Mbit/s: headers that say more bytes a second lie.
    private const int BytesPerSecondMax = 25_000_000;

    private const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>The length in microseconds: 0 to <see cref="Usage.MaxCount"/>.</summary>
    /// <param name="file">WAV, MP3, FLAC, Ogg (Opus, Vorbis), MP4/M4A, WebM/Matroska.</param>
    /// <param name="isExact">Do its headers say so? Else it is estimated from its size.</param>
    public static long Measure(ReadOnlySpan<byte> file, out bool isExact)
    {
        isExact = TryMeasure(file, out var units, out var rate) && units > 0 && rate > 0;
        var exact = isExact ? (UInt128)units * MicrosecondsPerSecond / rate : 0;
        isExact &= exact > 0 && exact <= Usage.MaxCount && (ulong)file.Length <= exact * BytesPerSecondMax / MicrosecondsPerSecond;
        return isExact
            ? (long)exact
            : Math.Min(Usage.MaxCount, file.Length * MicrosecondsPerSecond / EstimatedBytesPerSecond);
    }

    // Units of time, and how many of them are a second.
    private static bool TryMeasure(ReadOnlySpan<byte> file, out ulong units, out ulong rate)
    {
        if (file.StartsWith("RIFF"u8) || file.StartsWith("RF64"u8))
        {
            return WaveLength.TryRead(file, out units, out rate);
        }

        if (file.StartsWith("fLaC"u8))
        {
            return FlacLength.TryRead(file, out units, out rate);
        }

        if (file.StartsWith("OggS"u8))
        {
            return OggLength.TryRead(file, out units, out rate);
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return MatroskaLength.TryRead(file, out units, out rate);
        }

        return file.Length > 8 && file[4..].StartsWith("ftyp"u8)
            ? Mp4Length.TryRead(file, out units, out rate)
            : Mp3Length.TryRead(file, out units, out rate);
    }
}
