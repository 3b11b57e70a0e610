using System.Text.Json.Nodes;

namespace Lava.FunctionalTests.Api;

/// <summary>An operation of <c>/openapi.json</c>.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Body">The schema of its body; null: it has none.</param>
/// <param name="Query">The names of its query's parameters; those that must be there end with an exclamation mark.</param>
internal sealed record DocumentedOperation(HttpMethod Method, string Path, JsonObject? Body, string[] Query)
{
    public static List<DocumentedOperation> Read(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select new DocumentedOperation(
               HttpMethod.Parse(operation.Key),
               path.Key,
               operation.Value!["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject(),
               [
                   .. operation.Value!["parameters"]!.AsArray().Where(parameter => (string)parameter!["in"]! == "query")
                       .Select(parameter => (string)parameter!["name"]! + ((bool)parameter["required"]! ? "!" : "")),
               ]),
    ];

    public override string ToString() => $"{Method} {Path}";

    /// <summary>Every field of the body, at any depth, in an otherwise right body; the given values stand for fields.</summary>
    public IEnumerable<(string Field, Func<string, string> With)> Fields(IReadOnlyDictionary<string, string> values) =>
        Body is null ? [] : Fields(Body, values, "", text => text);

    /// <summary>A body with all that must be there.</summary>
    public string Sample(IReadOnlyDictionary<string, string> values) => Sample(Body!, values);

    private static IEnumerable<(string Field, Func<string, string> With)> Fields(
        JsonObject schema, IReadOnlyDictionary<string, string> values, string prefix, Func<string, string> around)
    {
        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            yield return (prefix + name, value => around(Sample(schema, values, name, value)));
            var (item, open, close) = property!["items"] is { } items ? (items, "[", "]") : (property, "", "");
            if (item["properties"] is null)
            {
                continue;
            }

            foreach (var inner in Fields(
                item.AsObject(), values, $"{prefix}{name}.", value => around(Sample(schema, values, name, open + value + close))))
            {
                yield return inner;
            }
        }
    }

    private static string Sample(
        JsonObject schema, IReadOnlyDictionary<string, string> values, string? changed = null, string? value = null)
    {
        var required = schema["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? [];
        var members = schema["properties"]!.AsObject().Where(property => property.Key == changed || required.Contains(property.Key))
            .Select(property => $"\"{property.Key}\":"
                + (property.Key == changed ? value : values.GetValueOrDefault(property.Key) ?? Right(property.Value!, values)));
        return "{" + string.Join(",", members) + "}";
    }

    private static string Right(JsonNode schema, IReadOnlyDictionary<string, string> values)
    {
        var type = schema["type"] is JsonArray several ? (string)several[0]! : (string)schema["type"]!;
        return schema switch
        {
            _ when schema["enum"] is JsonArray choices => choices[0]!.ToJsonString(),
            _ when schema["pattern"] is not null => "\"1\"",
            _ when (string?)schema["format"] == "date-time" => "\"2027-01-01T00:00:00Z\"",
            _ when type == "array" => "[" + Right(schema["items"]!, values) + "]",
            _ when schema["properties"] is not null => Sample(schema.AsObject(), values),
            _ => type switch { "object" => "{}", "integer" or "number" => "1", "boolean" => "true", _ => "\"x\"" },
        };
    }
}
