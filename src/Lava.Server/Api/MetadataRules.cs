using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lava.Server.Api;

/// <summary>What a customer's metadata may hold: any JSON object that PostgreSQL stores as it is and gives back in the same size.</summary>
internal static class MetadataRules
{
    /// <summary>Serialised bytes, the contract's figure.</summary>
    public const int BytesMax = 16 * 1024;

    // PostgreSQL writes 1e16000 out in full: a few kilobytes of such numbers would become megabytes.
    private const int ExponentMax = 100;

    /// <summary>The message; null where all is well.</summary>
    public static string? Check(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return "must be a JSON object";
        }

        if (Encoding.UTF8.GetByteCount(value.GetRawText()) > BytesMax)
        {
            return $"must be at most {BytesMax} bytes";
        }

        return CheckValue(value);
    }

    // As deep as the parser allows (64).
    private static string? CheckValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => First(value.EnumerateObject().Select(property => CheckText(property.Name) ?? CheckValue(property.Value))),
        JsonValueKind.Array => First(value.EnumerateArray().Select(CheckValue)),
        JsonValueKind.String => CheckText(JsonText.Read(value)),
        JsonValueKind.Number => CheckNumber(value.GetRawText()),
        _ => null,
    };

    private static string? First(IEnumerable<string?> messages) => messages.FirstOrDefault(message => message is not null);

    private static string? CheckText(string? text) => text is null ? "must be valid Unicode" : TextRules.Printable(text);

    private static string? CheckNumber(string raw)
    {
        var at = raw.AsSpan().IndexOfAny('e', 'E');
        return at < 0 || (int.TryParse(raw.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            && Math.Abs((long)exponent) <= ExponentMax)
            ? null
            : $"must have exponents of at most {ExponentMax}";
    }
}
