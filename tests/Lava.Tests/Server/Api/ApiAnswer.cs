using System.Net;
using System.Text.Json;

namespace Lava.Tests.Server.Api;

/// <summary>What the API answered.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, JsonElement Json, string Text)
{
    public JsonElement this[string name] => Json.GetProperty(name);

    public string ErrorCode => Json.GetProperty("error").GetProperty("code").GetString()!;

    public string Message => Json.GetProperty("error").GetProperty("message").GetString()!;

    public string[] ErrorFields =>
        [.. Json.GetProperty("error").GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString()!)];

    public string[] Names => [.. Json.EnumerateObject().Select(property => property.Name)];
}
