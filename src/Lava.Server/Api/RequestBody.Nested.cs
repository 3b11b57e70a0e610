using System.Text.Json;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api;

/// <content>Objects and lists inside the body; what is wrong inside them is named by its whole path.</content>
internal sealed partial class RequestBody
{
    /// <summary>Is the field there, and not null?</summary>
    public bool Has(string name) => TryGet(name, required: false, out _);

    /// <summary>Is the field this very text?</summary>
    public bool Is(string name, string text) => TryGet(name, required: false, out var value) && JsonText.Read(value) == text;

    /// <summary>An object; null where the field is anything else.</summary>
    public RequestBody? Object(string name) => TryGet(name, required: false, out var value) && value.ValueKind == JsonValueKind.Object
        ? new RequestBody(value, new FieldErrors(Errors, name + "."))
        : null;

    /// <summary>Objects, at most <paramref name="countMax"/>; null where the field is absent or null.</summary>
    public IReadOnlyList<RequestBody>? Items(string name, int countMax)
    {
        var items = Objects(name);
        if (items?.Count > countMax)
        {
            Errors.Add(name, $"must be at most {countMax}");
            return [];
        }

        return items?.Select((item, i) => new RequestBody(item, new FieldErrors(Errors, $"{name}[{i}]."))).ToArray();
    }

    /// <summary>An amount in a range, as a decimal string; null where the field is absent or null.</summary>
    public Money? Amount(string name, Money min, Money max)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return null;
        }

        if (JsonText.Read(value) is { } text && Money.TryParse(text, out var amount) && amount >= min && amount <= max)
        {
            return amount;
        }

        Errors.Add(name, $"must be a decimal string from {min} to {max} with at most ten decimals: \"25.00\"");
        return null;
    }

    /// <summary>A whole number from 0 to <paramref name="max"/>; null where the field is absent or null.</summary>
    public int? Index(string name, int max)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index >= 0 && index <= max)
        {
            return index;
        }

        Errors.Add(name, $"must be a whole number from 0 to {max}");
        return null;
    }

    /// <summary>A whole number in a range; null where the field is absent or null.</summary>
    public long? WholeNumber(string name, long min, long max)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Errors.Add(name, $"must be a whole number from {min} to {max}");
        return null;
    }

    /// <summary>An id with a prefix; null clears. One that is none gets <paramref name="message"/>.</summary>
    public Change<Guid?> Id(string name, string prefix, string message)
    {
        if (!TryFind(name, out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return new Change<Guid?>(true, null);
        }

        if (JsonText.Read(value) is { } text && Ids.TryParse(prefix, text, out var id))
        {
            return new Change<Guid?>(true, id);
        }

        Errors.Add(name, message);
        return default;
    }

    /// <summary>Texts, at most <paramref name="countMax"/>; null where the field is absent or null.</summary>
    public IReadOnlyList<string>? Texts(string name, int countMax)
    {
        if (!TryGet(name, required: false, out var value))
        {
            return null;
        }

        var texts = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= countMax
            ? value.EnumerateArray().Select(JsonText.Read).ToArray()
            : [null];
        if (texts.All(text => text is { Length: > 0 and <= TextRules.LengthMax }))
        {
            return texts!;
        }

        Errors.Add(name, $"must be an array of at most {countMax} texts");
        return [];
    }
}
