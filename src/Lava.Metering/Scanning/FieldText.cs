namespace Lava.Metering.Scanning;

/// <summary>Figures that stand in texts.</summary>
internal static class FieldText
{
    /// <summary>The number in a text, perhaps with an s for seconds ("5", "5s"); an incomplete one where it is none.</summary>
    public static DecimalNumber ReadNumber(ReadOnlySpan<byte> text)
    {
        var number = default(DecimalNumber);
        text = text.Length > 1 && text[^1] == 's' ? text[..^1] : text;
        foreach (var b in text)
        {
            if (!number.TryAppend(b))
            {
                return default;
            }
        }

        return number;
    }
}
