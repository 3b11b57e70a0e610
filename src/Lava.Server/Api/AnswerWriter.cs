using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lava.Core;
using Lava.Server.Api.Json;

namespace Lava.Server.Api;

/// <summary>Writes answers: whole, with their length, always JSON.</summary>
internal static class AnswerWriter
{
    public static async Task WriteAsync<T>(HttpContext http, int status, T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)ApiJson.Shape.GetTypeInfo(typeof(T))!);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(json, http.RequestAborted);
        }
    }

    public static Task WriteAsync(
        HttpContext http, ErrorCode error, string message, IReadOnlyList<FieldError>? details = null, string? retryAfter = null)
    {
        http.Response.Headers.RetryAfter = retryAfter ?? error.RetryAfter;
        return WriteAsync(http, error.Status, new ErrorEnvelope(new ErrorView(error.Code, message, error.Status, details)));
    }
}
