using System.Text.Json;
using Lava.Core;
using Lava.Server.Api;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>What a page can't be without.</summary>
internal static class PageLoad
{
    /// <summary>A document of the API.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="path">Below <c>/v1</c>.</param>
    /// <param name="what">What it is; the page says that there is none. What is another merchant's is none too.</param>
    /// <exception cref="ApiException">There is none, or it can't be had now.</exception>
    public static async Task<JsonElement> LoadAsync(this PageCall call, string path, string what) =>
        (await call.GetAsync(path)).Found(what);

    /// <summary>The document of an answer.</summary>
    /// <exception cref="ApiException">There is none, or it can't be had now.</exception>
    public static JsonElement Found(this ApiAnswer answer, string what) => answer.IsOk ? answer.Body : throw Failure(answer, what);

    /// <summary>The failure of a page whose document can't be had.</summary>
    public static ApiException Failure(ApiAnswer answer, string what) => answer.Status switch
    {
        StatusCodes.Status404NotFound => ApiException.NotFound(what),
        StatusCodes.Status503ServiceUnavailable => new ApiException(ErrorCode.StoreUnavailable, PageFrame.AwayText),
        _ => new ApiException(new ErrorCode("api", answer.Status), answer.Message),
    };
}
