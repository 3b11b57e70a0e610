using System.Globalization;
using System.Text.Json;
using Lava.Postgres;

namespace Lava.Server.Api;

/// <content>Objects and lists that null clears; whole numbers in a range.</content>
internal sealed partial class RequestBody
{
    /// <summary>An object; null clears. Anything else is an error, and then there is no value.</summary>
    public Change<RequestBody?> ObjectChange(string name)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            return default;
        }

        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            Errors.Add(name, "must be an object");
        }

        return new Change<RequestBody?>(true, Object(name));
    }

    /// <summary>Texts, 1 to <paramref name="countMax"/>, each as <paramref name="rule"/> wants it; null clears.</summary>
    public Change<string[]?> TextsChange(string name, int countMax, Func<string, string?> rule)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return new Change<string[]?>(true, null);
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is var count && (count == 0 || count > countMax))
        {
            Errors.Add(name, $"must be an array of 1 to {countMax} texts");
            return default;
        }

        var texts = value.EnumerateArray()
            .Select((item, i) => ReadText($"{name}[{i}]", item, rule, TextRules.LengthMax))
            .OfType<string>().ToArray();
        return new Change<string[]?>(true, texts);
    }

    /// <summary>A whole number in a range; null where the field is absent or null.</summary>
    public long? Integer(string name, long min, long max, bool required = false)
    {
        if (!TryGet(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Errors.Add(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}"));
        return null;
    }

    /// <summary>A whole number in a range; its least where there is none, which is an error.</summary>
    public long RequiredInteger(string name, long min, long max) => Integer(name, min, max, required: true) ?? min;
}
