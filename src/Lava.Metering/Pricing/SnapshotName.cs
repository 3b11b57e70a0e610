namespace Lava.Metering.Pricing;

/// <summary>
/// Names of dated snapshots. Only a whole date or version number at the end is ever taken off, never a word:
/// "gpt-4o-mini" must not become "gpt-4o".
/// </summary>
internal static class SnapshotName
{
    private static ReadOnlySpan<byte> Preview => "-preview"u8;

    /// <summary>
    /// Takes off "-2024-08-06", "-20240806", "@20240806", "-20240806-v1", "-001", "@default", "-latest", and after "-preview" also
    /// "-05-20" and "-09-2025".
    /// </summary>
    /// <param name="name">Lower case.</param>
    /// <param name="undated">The rest.</param>
    /// <returns>False where the name ends otherwise.</returns>
    public static bool TryStripDate(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> undated)
    {
        undated = name[..Math.Max(0, name.Length - DateLength(name))];
        return !undated.IsEmpty && undated.Length < name.Length;
    }

    /// <summary>Takes off the "-preview" that a preview's date followed.</summary>
    public static bool TryStripPreview(ReadOnlySpan<byte> undated, out ReadOnlySpan<byte> released)
    {
        released = undated.EndsWith(Preview) ? undated[..^Preview.Length] : default;
        return !released.IsEmpty;
    }

    private static int DateLength(ReadOnlySpan<byte> name)
    {
        if (Matches(name, "-YYYYMMDD-vN"u8))
        {
            return 12;
        }

        if (Matches(name, "-YYYY-MM-DD"u8))
        {
            return 11;
        }

        if (Matches(name, "-YYYYMMDD"u8) || Matches(name, "@YYYYMMDD"u8))
        {
            return 9;
        }

        if (Matches(name, "-preview-MM-YYYY"u8))
        {
            return 8;
        }

        if (Matches(name, "-preview-MM-DD"u8))
        {
            return 6;
        }

        if (name.EndsWith("@default"u8))
        {
            return 8;
        }

        return name.EndsWith("-latest"u8) ? 7 : Matches(name, "-0NN"u8) ? 4 : 0;
    }

    private static bool Matches(ReadOnlySpan<byte> name, ReadOnlySpan<byte> pattern)
    {
        if (name.Length <= pattern.Length)
        {
            return false;
        }

        var tail = name[^pattern.Length..];
        for (var i = 0; i < pattern.Length; i++)
        {
            var isMatch = pattern[i] switch
            {
                (byte)'Y' or (byte)'M' or (byte)'D' or (byte)'N' => char.IsAsciiDigit((char)tail[i]),
                var c => tail[i] == c,
            };
            if (!isMatch)
            {
                return false;
            }
        }

        return IsWithin(tail, pattern.IndexOf("YYYY"u8), 4, 2000, 2099)
            && IsWithin(tail, pattern.IndexOf("MM"u8), 2, 1, 12)
            && IsWithin(tail, pattern.IndexOf("DD"u8), 2, 1, 31);
    }

    private static bool IsWithin(ReadOnlySpan<byte> tail, int at, int length, int least, int most)
    {
        if (at < 0)
        {
            return true;
        }

        var value = 0;
        foreach (var digit in tail.Slice(at, length))
        {
            value = (value * 10) + (digit - '0');
        }

        return value >= least && value <= most;
    }
}
