using System.Text.Json;

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
