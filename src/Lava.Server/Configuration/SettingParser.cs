using System.Globalization;

namespace Lava.Server.Configuration;

/// <summary>Turns settings' texts into values; what is wrong goes into one list that names the setting and the cure.</summary>
internal sealed class SettingParser(SettingSources sources, List<string> errors)
{
    private static readonly (string Suffix, double Milliseconds)[] DurationUnits = [("ms", 1), ("s", 1e3), ("m", 60e3), ("h", 3600e3)];

    private static readonly (string Suffix, long Bytes)[] SizeUnits =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("", 1)];

    public string? Text(Setting setting)
    {
        var (values, origin) = sources.Get(setting);
        if (values.Length > 1)
        {
            errors.Add($"{origin}: give it once.");
        }

        return values.Length == 0 ? null : values[0];
    }

    public string[] Texts(Setting setting) => sources.Get(setting).Values;

    public long Integer(Setting setting, long min, long max, long fallback = 0)
    {
        if (Text(setting) is not { } text)
        {
            return fallback;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Fail(setting, text, $"a whole number from {min} to {max}");
        return fallback;
    }

    public long Size(Setting setting, long min, long max)
    {
        var text = Text(setting)!;
        foreach (var (suffix, bytes) in SizeUnits)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(text.AsSpan()[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count <= max / bytes && count * bytes >= min)
            {
                return count * bytes;
            }
        }

        Fail(setting, text, $"a size from {min} to {max} bytes, such as 64MiB or 10GiB");
        return min;
    }

    public TimeSpan Duration(Setting setting, TimeSpan min, TimeSpan max)
    {
        var text = Text(setting)!;
        foreach (var (suffix, milliseconds) in DurationUnits)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(
                    text.AsSpan()[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count <= max.TotalMilliseconds / milliseconds && count >= min.TotalMilliseconds / milliseconds)
            {
                return TimeSpan.FromMilliseconds(count * milliseconds);
            }
        }

        Fail(setting, text, $"a duration from {min} to {max}, such as 500ms, 30s, 5m or 1h");
        return min;
    }

    /// <summary>The words true and false.</summary>
    public bool Flag(Setting setting)
    {
        var text = Text(setting)!;
        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        Fail(setting, text, "true or false");
        return false;
    }

    public T Choice<T>(Setting setting)
        where T : struct, Enum
    {
        var text = Text(setting)!;
        if (Enum.TryParse<T>(text, ignoreCase: true, out var value) && !char.IsAsciiDigit(text[0]))
        {
            return value;
        }

        Fail(setting, text, string.Join(" or ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant())));
        return default;
    }

    /// <summary>Texts of the form LEFT=RIGHT.</summary>
    public List<(string Left, string Right)> Pairs(Setting setting, string form)
    {
        var pairs = new List<(string, string)>();
        foreach (var text in Texts(setting))
        {
            var at = text.IndexOf('=');
            if (at > 0 && at < text.Length - 1)
            {
                pairs.Add((text[..at], text[(at + 1)..]));
            }
            else
            {
                Fail(setting, text, form);
            }
        }

        return pairs;
    }

    /// <summary>Notes an error at a place within a setting's value.</summary>
    public void Add(Setting setting, string text) => errors.Add(sources.Get(setting).Origin + text);

    /// <summary>Notes an error: the source, the text (unless secret) and what would be right.</summary>
    public void Fail(Setting setting, string text, string expected) =>
        errors.Add($"{sources.Get(setting).Origin}: {(setting.Secret ? "the value" : $"'{text}'")} is not valid: expected {expected}.");
}
