using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Server.Api;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Lava.Server.Web.Dashboard.Forms;

/// <summary>What a form was filled in with.</summary>
internal sealed class PostedForm(IReadOnlyDictionary<string, StringValues> values)
{
    /// <summary>The field that every form carries.</summary>
    public const string TokenField = "_form";

    private const int BytesMax = 256 * 1024;
    private const int FieldsMax = 500;

    /// <summary>Nothing.</summary>
    public static readonly PostedForm Empty = new(new Dictionary<string, StringValues>());

    /// <summary>All fields.</summary>
    public IReadOnlyDictionary<string, StringValues> Values => values;

    /// <summary>What shows that one of our pages sent it.</summary>
    public string? Token => Text(TokenField);

    /// <exception cref="ApiException">It is no form, or too large a one.</exception>
    public static async Task<PostedForm> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is not true)
        {
            throw new ApiException(ErrorCode.InvalidRequest, "A form is expected");
        }

        if (request.ContentLength is not <= BytesMax)
        {
            throw new ApiException(ErrorCode.BodyTooLarge, $"The form must have a length of at most {BytesMax} bytes");
        }

        try
        {
            using var reader = new FormReader(request.Body, Encoding.UTF8)
            {
                ValueCountLimit = FieldsMax,
                ValueLengthLimit = BytesMax,
            };
            return new PostedForm(await reader.ReadFormAsync(cancellationToken));
        }
        catch (InvalidDataException malformed)
        {
            throw new ApiException(ErrorCode.InvalidRequest, malformed.Message);
        }
    }

    /// <summary>A form's values as the document shows them: what stands in the fields when it is opened to be changed.</summary>
    public static PostedForm Of(FormSpec spec, JsonElement document)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var field in spec.Fields)
        {
            if (field.Path.Length > 0 && Find(document, field.Path) is { } value && ValuesOf(field, value) is { Count: > 0 } texts)
            {
                values[field.Name] = texts;
            }
        }

        return new PostedForm(values);
    }

    /// <summary>An amount as people type it. Ten digits are exact; those at the end that say nothing are not typed by anybody.</summary>
    public static string AsTyped(string amount)
    {
        var point = amount.IndexOf('.', StringComparison.Ordinal);
        var typed = point < 0 ? amount : amount.TrimEnd('0').TrimEnd('.');
        return point >= 0 && typed.Length == point + 2 ? typed + '0' : typed;
    }

    /// <summary>A field, trimmed; null: it is not there or empty.</summary>
    public string? Text(string name) =>
        values.TryGetValue(name, out var text) && text is [{ } first, ..] && first.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    /// <summary>All values of a field.</summary>
    public IReadOnlyList<string> Many(string name) =>
        values.TryGetValue(name, out var texts) ? [.. texts.Where(text => !string.IsNullOrEmpty(text)).Select(text => text!)] : [];

    /// <summary>The same with another value.</summary>
    public PostedForm With(string name, StringValues value) =>
        new(new Dictionary<string, StringValues>(values, StringComparer.Ordinal) { [name] = value });

    /// <summary>
    /// The API's document. What can't be read as what it should be is sent as the text that it is: the API says what is wrong.
    /// </summary>
    public JsonObject ToJson(FormSpec spec)
    {
        var root = new JsonObject();
        foreach (var field in spec.Fields.Where(field => field.Path.Length > 0 && !field.IsFixed))
        {
            var (isThere, value) = Read(field);
            if (isThere)
            {
                Put(root, field.Path, value);
            }
        }

        return root;
    }

    private (bool IsThere, JsonNode? Value) Read(FormField field)
    {
        switch (field.Kind)
        {
            case FieldKind.Flag:
                return (true, JsonValue.Create(Text(field.Name) is not null));
            case FieldKind.Many:
                return (true, new JsonArray([.. Many(field.Name).Select(text => (JsonNode)JsonValue.Create(text))]));
        }

        if (Text(field.Name) is not { } text)
        {
            return (field.ClearsWhenEmpty, null);
        }

        return (true, field.Kind switch
        {
            FieldKind.Number when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                JsonValue.Create(number),
            FieldKind.Amount => JsonValue.Create(TypedAmount.Plain(text) ?? text),
            FieldKind.Json => ParseOrText(text),
            FieldKind.Day when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) =>
                JsonValue.Create($"{text}T00:00:00Z"),
            _ => JsonValue.Create(text),
        });
    }

    private static JsonNode? ParseOrText(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static void Put(JsonObject root, string path, JsonNode? value)
    {
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
        {
            if (root[part] is not JsonObject inner)
            {
                root[part] = inner = [];
            }

            root = inner;
        }

        root[parts[^1]] = value;
    }

    private static JsonElement? Find(JsonElement document, string path)
    {
        foreach (var part in path.Split('.'))
        {
            if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(part, out document))
            {
                return null;
            }
        }

        return document;
    }

    private static StringValues ValuesOf(FormField field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "on",
        JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined => default,
        JsonValueKind.String when field.Kind == FieldKind.Day => value.GetString()!.Split('T')[0],
        JsonValueKind.String when field.Kind == FieldKind.Amount => AsTyped(value.GetString()!),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when field.Kind == FieldKind.Many =>
            new StringValues([.. value.EnumerateArray().Select(one => one.ToString())]),
        _ => value.GetRawText(),
    };
}
