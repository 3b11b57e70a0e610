using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Core.Accounts;
using Lava.Server.Api;
using Microsoft.AspNetCore.Http.Features;

namespace Lava.Server.Web.Dashboard;

/// <summary>
/// The way from a page to the API: a request of our own through the API's own routes. Every rule, check and gate that a caller with a key
/// meets, a person meets too.
/// </summary>
internal sealed class ApiLoopback
{
    private RequestDelegate? _api;
    private IServiceProvider? _services;

    /// <summary>The routes; set once, before anybody asks.</summary>
    public void Use(RequestDelegate api, IServiceProvider services) => (_api, _services) = (api, services);

    /// <summary>Asks.</summary>
    /// <param name="page">The page's request: when it ends, this one does.</param>
    /// <param name="merchant">As whom.</param>
    /// <param name="method">Method.</param>
    /// <param name="path">Below <c>/v1</c>, with its query; it begins with a slash.</param>
    /// <param name="body">JSON; null: none.</param>
    public async Task<ApiAnswer> SendAsync(HttpContext page, Merchant merchant, string method, string path, JsonNode? body)
    {
        var query = path.IndexOf('?');
        var http = new DefaultHttpContext { RequestServices = _services!, RequestAborted = page.RequestAborted };
        http.Features.Set(new SignedInMerchant(merchant));
        http.Connection.RemoteIpAddress = page.Connection.RemoteIpAddress;
        var request = http.Request;
        request.Method = method;
        request.Scheme = page.Request.Scheme;
        request.Host = page.Request.Host;
        request.Path = "/v1" + Uri.UnescapeDataString(query < 0 ? path : path[..query]);
        request.QueryString = query < 0 ? default : new QueryString(path[query..]);
        if (body is not null)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(body, PageJson.Default.JsonNode);
            request.ContentType = "application/json";
            request.ContentLength = bytes.Length;
            request.Body = new MemoryStream(bytes);
            http.Features.Set<IHttpRequestBodyDetectionFeature>(HasBody.Instance);
        }

        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await _api!(http);
        await http.Response.CompleteAsync();
        page.RequestAborted.ThrowIfCancellationRequested();
        return new ApiAnswer(http.Response.StatusCode, Parse(answer));
    }

    private static JsonElement Parse(MemoryStream answer)
    {
        if (answer.Length == 0)
        {
            return default;
        }

        using var document = JsonDocument.Parse(answer.GetBuffer().AsMemory(0, (int)answer.Length));
        return document.RootElement.Clone();
    }

    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public static readonly HasBody Instance = new();

        public bool CanHaveBody => true;
    }
}
