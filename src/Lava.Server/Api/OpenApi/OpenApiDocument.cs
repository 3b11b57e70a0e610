using System.Text.Json.Nodes;

namespace Lava.Server.Api.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document of the API (https://spec.openapis.org/oas/v3.1.0), made from the operations and the answers' types.
/// </summary>
internal static class OpenApiDocument
{
    private const string Scheme = "secretKey";
    private const string Json = "application/json";

    /// <summary>The document.</summary>
    public static JsonObject Make(IEnumerable<ApiOperation> operations, string version)
    {
        var answers = new AnswerSchemas();
        var paths = new JsonObject();
        foreach (var operation in operations)
        {
            var path = paths[operation.Path] as JsonObject ?? (JsonObject)(paths[operation.Path] = new JsonObject())!;
            path[operation.Method.ToLowerInvariant()] = Of(operation, answers);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Lava.Fast", ["version"] = version },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = answers.Components,
                ["securitySchemes"] = new JsonObject { [Scheme] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
            ["security"] = new JsonArray(new JsonObject { [Scheme] = new JsonArray() }),
        };
    }

    private static JsonObject Of(ApiOperation operation, AnswerSchemas answers)
    {
        var result = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["summary"] = operation.Summary,
            ["parameters"] = new JsonArray([.. PathParameters(operation.Path), .. operation.Query.Select(Parameter)]),
        };
        if (operation.Body is { } body)
        {
            result["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(FieldSchema.Of(body)) };
        }

        result["responses"] = new JsonObject
        {
            [$"{operation.Status}"] = new JsonObject
            {
                ["description"] = "Done",
                ["content"] = Content(answers.Reference(operation.Answer)),
            },
            ["default"] = new JsonObject
            {
                ["description"] = "What is wrong, and with which field",
                ["content"] = Content(answers.Reference(typeof(ErrorEnvelope))),
            },
        };
        if (operation.IsPublic)
        {
            result["security"] = new JsonArray();
        }

        return result;
    }

    private static JsonObject Content(JsonObject schema) => new() { [Json] = new JsonObject { ["schema"] = schema } };

    private static IEnumerable<JsonObject> PathParameters(string path) =>
        path.Split('/').Where(part => part.StartsWith('{')).Select(part => new JsonObject
        {
            ["name"] = part.Trim('{', '}'),
            ["in"] = "path",
            ["required"] = true,
            ["schema"] = new JsonObject { ["type"] = "string" },
        });

    // A parameter is there or not: null can't be written in a query.
    private static JsonObject Parameter(ApiField field) => new()
    {
        ["name"] = field.Name,
        ["in"] = "query",
        ["required"] = field.IsRequired,
        ["schema"] = FieldSchema.Of(field with { IsRequired = true }),
    };
}
