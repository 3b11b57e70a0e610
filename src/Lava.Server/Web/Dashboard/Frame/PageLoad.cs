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
    public static async Task<JsonElement> LoadAsync(this PageCall call, string path, string what)
    {
        var answer = await call.GetAsync(path);
        return answer.IsOk ? answer.Body : throw Failure(answer, what);
    }

    /// <summary>The failure of a page whose document can't be had.</summary>
    public static ApiException Failure(ApiAnswer answer, string what) => answer.Status switch
    {
        StatusCodes.Status404NotFound => ApiException.NotFound(what),
        StatusCodes.Status503ServiceUnavailable => new ApiException(ErrorCode.StoreUnavailable, PageFrame.AwayText),
        _ => new ApiException(ErrorCode.InvalidRequest, answer.Message),
    };

    /// <summary>A text of a document; null: none.</summary>
    public static string? Text(this JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A moment of a document; null: none.</summary>
    public static DateTimeOffset? Time(this JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetDateTimeOffset() : null;

    /// <summary>An amount of a document; null: none.</summary>
    public static Money? Amount(this JsonElement document, string name) =>
        Money.TryParse(document.Text(name), out var amount) ? amount : null;
}
