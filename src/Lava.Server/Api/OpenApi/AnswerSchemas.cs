using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lava.Core;
using Lava.Server.Api.Json;
using Lava.Server.Api.Requests;

namespace Lava.Server.Api.OpenApi;

/// <summary>The types of answers as components of the document, made from the types themselves.</summary>
internal sealed class AnswerSchemas
{
    private const string ViewSuffix = "View";
    private readonly JsonSerializerOptions _options = ApiJson.Shape.Options;
    private readonly SortedDictionary<string, JsonNode> _components = new(StringComparer.Ordinal);

    /// <summary>All components that were asked for.</summary>
    public JsonObject Components => new(_components.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value.DeepClone())));

    /// <summary>A reference to a type's component, which is made with it.</summary>
    public JsonObject Reference(Type type)
    {
        var name = NameOf(type);
        if (!_components.ContainsKey(name))
        {
            var schema = type == typeof(RequestView) ? RequestSchema.Make() : Export(type);
            _components[name] = schema;
        }

        return Pointer(name);
    }

    private static JsonObject Pointer(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static string NameOf(Type type)
    {
        if (type.IsGenericType)
        {
            return NameOf(type.GenericTypeArguments[0]) + "Page";
        }

        return type.Name.EndsWith(ViewSuffix, StringComparison.Ordinal) ? type.Name[..^ViewSuffix.Length] : type.Name;
    }

    private JsonNode Export(Type type) => _options.GetJsonSchemaAsNode(
        type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform });

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var isNullable = plain != type || context.PropertyInfo is { IsGetNullable: true };
        if (plain == typeof(Money))
        {
            return new JsonObject { ["type"] = Type("string", isNullable), ["pattern"] = FieldSchema.AmountPattern };
        }

        if (plain == typeof(DateTimeOffset))
        {
            return new JsonObject { ["type"] = Type("string", isNullable), ["format"] = "date-time" };
        }

        if (plain == typeof(JsonElement))
        {
            return context.PropertyInfo?.Name == "metadata" ? new JsonObject { ["type"] = Type("object", isNullable) } : new JsonObject();
        }

        if (plain == typeof(RequestView))
        {
            return Reference(plain);
        }

        if (context.TypeInfo.Kind != JsonTypeInfoKind.Object)
        {
            return schema;
        }

        LeaveOutOptional(context.TypeInfo, schema);
        return context.Path.IsEmpty ? Strip(schema) : Nested(plain, schema, isNullable);
    }

    private JsonNode Nested(Type type, JsonNode schema, bool isNullable)
    {
        var name = NameOf(type);
        _components.TryAdd(name, Strip(schema));
        return isNullable
            ? new JsonObject { ["anyOf"] = new JsonArray(Pointer(name), new JsonObject { ["type"] = "null" }) }
            : Pointer(name);
    }

    // A field that is left out where it would be null is never null, and not always there.
    private static void LeaveOutOptional(JsonTypeInfo type, JsonNode schema)
    {
        var leftOut = type.Properties.Where(IsLeftOut).Select(property => property.Name).ToHashSet();
        if (schema["required"] is JsonArray required)
        {
            schema["required"] = new JsonArray(
                [.. required.Where(name => !leftOut.Contains((string)name!)).Select(name => name!.DeepClone())]);
        }

        foreach (var name in leftOut)
        {
            if (schema["properties"]![name] is { } property)
            {
                schema["properties"]![name] = property["anyOf"] is JsonArray any ? any[0]!.DeepClone() : Strip(property.DeepClone());
            }
        }
    }

    private static bool IsLeftOut(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: false)
            is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }, ..];

    private static JsonNode Strip(JsonNode schema)
    {
        if (schema["type"] is JsonArray types)
        {
            schema["type"] = types[0]!.DeepClone();
        }

        return schema;
    }

    private static JsonNode Type(string name, bool isNullable) => isNullable ? new JsonArray(name, "null") : name;
}
