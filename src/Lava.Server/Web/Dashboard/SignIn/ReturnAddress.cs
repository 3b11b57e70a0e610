using Lava.Server.Web.Dashboard.Frame;
using Microsoft.AspNetCore.WebUtilities;

namespace Lava.Server.Web.Dashboard.SignIn;

/// <summary>The page to come back to from what can't be shown itself: a button that was pressed, a download.</summary>
internal static class ReturnAddress
{
    private const string Home = "/dashboard";

    /// <summary>The page that the request was sent from, else the first one of its area.</summary>
    /// <param name="request">The button's, or the link's.</param>
    /// <param name="publicOrigin">Where browsers find this server; null: where they say that they did.</param>
    public static string Of(HttpRequest request, string? publicOrigin) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
            && WebOrigin.IsOwn(request, page.OriginalString, publicOrigin)
            && page.AbsolutePath.StartsWith($"{Home}/", StringComparison.Ordinal)
            ? page.AbsolutePath + WithoutNotice(page.Query)
            : AreaOf(request.Path);

    // What was done before is not said once more.
    private static QueryString WithoutNotice(string query) =>
        QueryString.Create(QueryHelpers.ParseQuery(query).Where(parameter => parameter.Key != Notice.Parameter));

    private static string AreaOf(PathString path) =>
        path.Value!.Split('/') is [_, _, ("test" or "live") and var mode, var name, ..]
            && PageArea.OfMerchant.FirstOrDefault(one => one.Path == $"/{name}") is { } area
            ? $"{Home}/{mode}{area.Path}"
            : Home;
}
