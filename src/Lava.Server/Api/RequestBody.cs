using System.Globalization;
using System.Text.Json;
using Lava.Core;
using Lava.Gateway;
using Lava.Metering;
using Lava.Postgres;

namespace Lava.Server.Api;

/// <summary>
/// A JSON object that a caller sent, read field by field. Absent and null are told apart, unknown fields are left alone, and what is
/// wrong is collected.
/// </summary>
internal sealed partial class RequestBody(JsonElement root, FieldErrors? errors = null)
{
    private const long MicrosecondsPerSecond = 1_000_000;

    public FieldErrors Errors { get; } = errors ?? new FieldErrors();

    /// <summary>Text of 1 to <paramref name="lengthMax"/> characters without control characters; null clears.</summary>
    public Change<string?> Text(string name, Func<string, string?>? rule = null, int lengthMax = TextRules.LengthMax)
    {
        if (!TryFind(name, out var value))
        {
            return default;
        }

        return new Change<string?>(true, value.ValueKind == JsonValueKind.Null ? null : ReadText(name, value, rule, lengthMax));
    }

    public bool IsNull(string name) => TryFind(name, out var value) && value.ValueKind == JsonValueKind.Null;

    public string RequiredText(string name, Func<string, string?>? rule = null, int lengthMax = TextRules.LengthMax)
    {
        var text = Text(name, rule, lengthMax);
        if (!text.IsPresent || IsNull(name))
        {
            Errors.Add(name, "is required");
        }

        return text.Value ?? "";
    }

    /// <summary>One of the given names; null where the field is absent or null.</summary>
    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices, bool required = false)
        where T : struct
    {
        if (!TryGet(name, required, out var value))
        {
            return null;
        }

        if (JsonText.Read(value) is { } text && choices.TryGetValue(text, out var choice))
        {
            return choice;
        }

        Errors.Add(name, $"must be one of {string.Join(", ", choices.Keys)}");
        return null;
    }

    /// <summary>True or false; <paramref name="absent"/> where the field is absent or null.</summary>
    public bool Flag(string name, bool absent = false)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return absent;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Errors.Add(name, "must be true or false");
        return false;
    }

    /// <summary>
    /// A positive amount up to <paramref name="max"/>, as a decimal string; a signed one may be as far below zero, but not zero either.
    /// </summary>
    public Money RequiredAmount(string name, Money max, bool signed = false)
    {
        if (!TryGet(name, required: true, out var value))
        {
            return Money.Zero;
        }

        if (JsonText.Read(value) is { } text && Money.TryParse(text, out var amount) && amount <= max
            && (amount > Money.Zero || (signed && amount < Money.Zero && amount >= -max)))
        {
            return amount;
        }

        var range = signed ? $"other than 0, from -{max} to {max}," : $"above 0, at most {max},";
        Errors.Add(name, $"must be a decimal string {range} with at most ten decimals: \"25.00\"");
        return Money.Zero;
    }

    /// <summary>A whole number from 0 up; 0 where the field is absent or null.</summary>
    public long Count(string name)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return 0;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count is >= 0 and <= Usage.MaxCount)
        {
            return count;
        }

        Errors.Add(name, $"must be a whole number from 0 to {Usage.MaxCount.ToString(CultureInfo.InvariantCulture)}");
        return 0;
    }

    /// <summary>Seconds, with a fraction or without, as microseconds; 0 where the field is absent or null.</summary>
    public long Seconds(string name)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return 0;
        }

        const long SecondsMax = Usage.MaxCount / MicrosecondsPerSecond;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var seconds) && seconds is >= 0 and <= SecondsMax)
        {
            return (long)decimal.Ceiling(seconds * MicrosecondsPerSecond);
        }

        Errors.Add(name, $"must be a number from 0 to {SecondsMax.ToString(CultureInfo.InvariantCulture)}");
        return 0;
    }

    public DateTimeOffset? Time(string name)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return null;
        }

        if (JsonText.Read(value) is { } text && TimeText.TryParse(text, out var time))
        {
            return time;
        }

        Errors.Add(name, "must be an ISO 8601 time: 2026-05-15T00:00:00Z");
        return null;
    }

    /// <summary>Any JSON object within the limits of <see cref="MetadataRules"/>; null clears.</summary>
    public Change<string?> Metadata(string name)
    {
        if (!TryFind(name, out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return new Change<string?>(true, null);
        }

        if (MetadataRules.Check(value) is { } message)
        {
            Errors.Add(name, message);
            return default;
        }

        return new Change<string?>(true, value.GetRawText());
    }

    /// <summary>
    /// The metadata of a request: an object of strings within the gateway's limits, keys sorted; null where absent, null or empty.
    /// </summary>
    public SortedDictionary<string, string>? Pairs(string name)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Errors.Add(name, "must be an object of strings");
            return null;
        }

        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            string? problem = null;
            if (!RequestMetadata.TryAdd(member.Name, JsonText.Read(member.Value) ?? "", pairs, ref problem))
            {
                Errors.Add(name, problem!);
                return null;
            }
        }

        return pairs.Count == 0 ? null : pairs;
    }

    /// <summary>An array of objects; null where the field is absent, empty where it is no such array.</summary>
    public IReadOnlyList<JsonElement>? Objects(string name)
    {
        if (!TryFind(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object))
        {
            return [.. value.EnumerateArray()];
        }

        Errors.Add(name, "must be an array of objects");
        return [];
    }

    /// <summary>A field by its name, or by the one that older SDKs give it.</summary>
    private bool TryFind(string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) || (OlderNames.Of(name) is { } older && root.TryGetProperty(older, out value));

    private bool TryGet(string name, bool required, out JsonElement value)
    {
        if (TryFind(name, out value) && value.ValueKind != JsonValueKind.Null)
        {
            return true;
        }

        if (required)
        {
            Errors.Add(name, "is required");
        }

        return false;
    }

    private string? ReadText(string name, JsonElement value, Func<string, string?>? rule, int lengthMax)
    {
        var text = JsonText.Read(value);
        if (text is null || text.Length == 0 || text.Length > lengthMax)
        {
            Errors.Add(name, $"must be text of 1 to {lengthMax} characters");
            return null;
        }

        if ((TextRules.Printable(text) ?? rule?.Invoke(text)) is { } message)
        {
            Errors.Add(name, message);
            return null;
        }

        return text;
    }
}
