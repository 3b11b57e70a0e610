using Microsoft.Extensions.Primitives;

namespace Lava.Server.Simulation.Requests;

/// <summary>
/// Is there a key, sent the way that the provider reads it? Any key does. A key in another provider's header does not: that is
/// the mistake a gateway could make.
/// </summary>
internal static class Credentials
{
    private const string BearerPrefix = "Bearer ";

    public static Refusal? Check(Provider provider, HttpRequest request)
    {
        var present = provider switch
        {
            Provider.Anthropic => IsGiven(request.Headers["x-api-key"]) || HasBearer(request),
            Provider.Gemini => IsGiven(request.Headers["x-goog-api-key"]) || HasBearer(request) || HasKeyInQuery(request),
            _ => HasBearer(request),
        };

        return present ? null : Missing(provider);
    }

    private static bool HasBearer(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value
            && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) && value.Length > BearerPrefix.Length;
    }

    private static bool HasKeyInQuery(HttpRequest request) => request.QueryString.HasValue && IsGiven(request.Query["key"]);

    private static bool IsGiven(StringValues value) => value.Count == 1 && value[0]!.Length > 0;

    private static Refusal Missing(Provider provider) => provider switch
    {
        Provider.Anthropic => new Refusal(401, "x-api-key header is required"),
        Provider.Gemini => new Refusal(401, "The request carries no API key: send it as x-goog-api-key, as ?key= or as a bearer token."),
        _ => new Refusal(401, "The request carries no API key: send it as 'Authorization: Bearer'.", null, "invalid_api_key"),
    };
}
