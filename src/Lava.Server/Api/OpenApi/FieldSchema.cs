using System.Text.Json.Nodes;

namespace Lava.Server.Api.OpenApi;

/// <summary>Fields that callers send as JSON Schema.</summary>
internal static class FieldSchema
{
    /// <summary>Money: ten decimals in answers, up to ten in requests.</summary>
    public const string AmountPattern = @"^-?\d+(\.\d{1,10})?$";

    /// <summary>An object of fields. A null means the same as an absent field, or clears what is there.</summary>
    public static JsonObject Of(IEnumerable<ApiField> fields)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in fields)
        {
            properties[field.Name] = Of(field);
            if (field.IsRequired)
            {
                required.Add(field.Name);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        return schema;
    }

    /// <summary>One field.</summary>
    public static JsonObject Of(ApiField field)
    {
        var schema = field.Type switch
        {
            ApiFieldType.Amount => new JsonObject { ["type"] = "string", ["pattern"] = AmountPattern },
            ApiFieldType.AmountOrCount => new JsonObject { ["type"] = new JsonArray("string", "integer") },
            ApiFieldType.Count => new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
            ApiFieldType.Seconds => new JsonObject { ["type"] = "number", ["minimum"] = 0 },
            ApiFieldType.Flag => new JsonObject { ["type"] = "boolean" },
            ApiFieldType.Time => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ApiFieldType.Metadata => new JsonObject { ["type"] = "object", ["additionalProperties"] = Text() },
            ApiFieldType.Texts => new JsonObject { ["type"] = "array", ["items"] = Text() },
            ApiFieldType.Object => Of(field.Fields),
            ApiFieldType.Objects => new JsonObject { ["type"] = "array", ["items"] = Of(field.Fields) },
            _ => Text(),
        };
        if (field.Values is { } values)
        {
            schema["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }

        if (!field.IsRequired)
        {
            schema["type"] = new JsonArray(schema["type"]!.DeepClone(), "null");
            (schema["enum"] as JsonArray)?.Add(null);
        }

        return schema;
    }

    private static JsonObject Text() => new() { ["type"] = "string" };
}
