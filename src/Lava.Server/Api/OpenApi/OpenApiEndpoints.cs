using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Lava.Core;
using Microsoft.Net.Http.Headers;

namespace Lava.Server.Api.OpenApi;

/// <summary><c>/openapi.json</c>, open to everybody.</summary>
internal static class OpenApiEndpoints
{
    private const string CacheControl = "public, max-age=3600";

    /// <summary>Where the document is.</summary>
    private static readonly string[] Paths = ["/openapi.json", "/v1/openapi.json"];

    // Made by the first who asks: a start does not wait for it.
    private static readonly Lazy<(byte[] Json, string ETag)> Document = new(Make);

    /// <summary>Maps the document.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder routes)
    {
        foreach (var path in Paths)
        {
            routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], WriteAsync);
            routes.Map(path, http =>
            {
                http.Response.Headers.Allow = HttpMethods.Get;
                return AnswerWriter.WriteAsync(http, ErrorCode.MethodNotAllowed, $"{http.Request.Method} is not allowed here, but GET");
            });
        }
    }

    private static (byte[] Json, string ETag) Make()
    {
        var version = typeof(OpenApiEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var document = OpenApiDocument.Make(ApiOperations.All, version ?? "0").ToJsonString();
        var json = Encoding.UTF8.GetBytes(document);
        return (json, $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"");
    }

    private static Task WriteAsync(HttpContext http)
    {
        var (json, tag) = Document.Value;
        var response = http.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = CacheControl;
        if (EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch, out var known)
            && known.Any(one => one.Tag == tag || one == EntityTagHeaderValue.Any))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(json, http.RequestAborted).AsTask();
    }
}
