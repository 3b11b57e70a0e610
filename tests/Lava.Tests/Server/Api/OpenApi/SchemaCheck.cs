using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lava.Tests.Server.Api.OpenApi;

/// <summary>Whether JSON is what a document's schema says, as far as the document uses JSON Schema.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    /// <summary>What is wrong; nothing where it fits. A property that the schema does not know is wrong, too.</summary>
    public IEnumerable<string> Find(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Find(Resolve(reference.GetString()!), value, path);
        }

        if (schema.TryGetProperty("anyOf", out var any))
        {
            return any.EnumerateArray().Any(one => !Find(one, value, path).Any()) ? [] : [$"{path}: fits none of them"];
        }

        return FindHere(schema, value, path).Concat(FindInside(schema, value, path));
    }

    public JsonElement Resolve(string reference) =>
        reference[2..].Split('/').Aggregate(document, (element, name) => element.GetProperty(name));

    private static IEnumerable<string> FindHere(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(one => Is(value, one)))
        {
            yield return $"{path}: {value.ValueKind} is not {type}";
        }

        if (value.ValueKind == JsonValueKind.String && schema.TryGetProperty("pattern", out var pattern)
            && !Regex.IsMatch(value.GetString()!, pattern.GetString()!))
        {
            yield return $"{path}: {value} is not like {pattern}";
        }
    }

    private IEnumerable<string> FindInside(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            return value.EnumerateArray().SelectMany((item, i) => Find(items, item, $"{path}[{i}]"));
        }

        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties))
        {
            return [];
        }

        var missing = schema.TryGetProperty("required", out var required)
            ? required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{path}.{name}: missing")
            : [];
        var inside = value.EnumerateObject().SelectMany(property => properties.TryGetProperty(property.Name, out var known)
            ? Find(known, property.Value, $"{path}.{property.Name}")
            : [$"{path}.{property.Name}: not in the schema"]);
        return missing.Concat(inside);
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
