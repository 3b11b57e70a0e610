using Lava.Core;
using Lava.Gateway.Authentication;
using Microsoft.Net.Http.Headers;

namespace Lava.Server.Api.Services;

/// <summary>
/// <c>/v1/models</c> and <c>/v1/services</c>: what this gateway can price. Open to everybody; nothing in it is a merchant's. Whoever asks
/// for models with a spend key sees those that the key may call.
/// </summary>
internal sealed class CatalogEndpoints(ManagementDependencies dependencies)
{
    // Prices change at midnight: whoever keeps a list for a minute sees them as soon as the gateway itself.
    private const string CacheControl = "public, max-age=60";
    private const string PrivateCacheControl = "private, no-cache";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
    private volatile CatalogPages? _pages;

    public void Map(IEndpointRouteBuilder routes)
    {
        Map("/models", FindModels);
        Map("/services", request => request.Query["provider"] is [{ Length: > 0 } provider, ..]
            ? Pages().ServicesOf(provider)
            : Pages().AllServices);

        void Map(string pattern, Func<HttpRequest, CatalogPage?> find)
        {
            routes.MapMethods(pattern, Methods, http => find(http.Request) is { } page
                ? WriteAsync(http, page)
                : AnswerWriter.WriteAsync(http, ErrorCode.InvalidCredential, "Invalid spend key"));
            routes.Map(pattern, http =>
            {
                http.Response.Headers.Allow = string.Join(", ", Methods);
                return AnswerWriter.WriteAsync(http, ErrorCode.MethodNotAllowed, $"{http.Request.Method} is not allowed here, but GET");
            });
        }
    }

    // Null where the spend key is nobody's.
    private CatalogPage? FindModels(HttpRequest request)
    {
        if (!SpendKeyReader.TryRead(request, dependencies.Accounts.Current, out var key))
        {
            return null;
        }

        return key is null ? Pages().Models : Pages().ModelsOf(key);
    }

    // Two callers at once may both write them: the same bytes.
    private CatalogPages Pages()
    {
        var book = dependencies.Pricing.Current.Prices;
        return _pages is { } pages && pages.Book == book
            ? pages
            : _pages = new CatalogPages(
                book, dependencies.Prices, dependencies.Catalog, dependencies.ManagedKeys.Has);
    }

    private static Task WriteAsync(HttpContext http, CatalogPage page)
    {
        var response = http.Response;
        response.Headers.ETag = page.ETag;
        response.Headers.CacheControl = page.IsPublic ? CacheControl : PrivateCacheControl;
        if (EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch, out var known)
            && known.Any(tag => tag.Tag == page.ETag || tag == EntityTagHeaderValue.Any))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = page.Json.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(page.Json, http.RequestAborted).AsTask();
    }
}
