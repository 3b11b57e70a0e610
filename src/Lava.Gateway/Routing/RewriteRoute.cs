using Lava.Core;
using Lava.Gateway.Upstreams;
using Lava.Metering;

namespace Lava.Gateway.Routing;

/// <summary>
/// <c>/v1/rewrite/{format}/{url}</c>, as far as nothing has to be translated: the provider speaks the client's format at that URL, or has
/// an endpoint of its own for it. The URL may lack its scheme, or have one slash after it where something on the way has merged two; behind
/// it may stand the path that the client's library appends.
/// </summary>
internal sealed class RewriteRoute(TargetParser targets)
{
    /// <summary>The route's beginning.</summary>
    public const string Prefix = "/v1/rewrite";

    private const string Https = "https://";
    private const string MergedHttps = "https:/";

    private static readonly (string Name, ApiFormat[] Formats, DirectRoute[] Routes)[] Clients =
    [
        ("openai", [ApiFormat.OpenAiChat, ApiFormat.OpenAiResponses],
            [DirectRoute.Chat, DirectRoute.Responses, DirectRoute.Embeddings]),
        ("anthropic", [ApiFormat.AnthropicMessages], [DirectRoute.Messages]),
        ("google", [ApiFormat.Gemini], []),
        ("bedrock", [ApiFormat.BedrockConverse, ApiFormat.BedrockInvoke], []),
    ];

    private static readonly (ErrorCode Code, string Message) UnknownFormat = (ErrorCode.InvalidRequest,
        "The path is /v1/rewrite/{openai|anthropic|google|bedrock}/{the provider's URL}.");

    /// <summary>Finds the target of a POST.</summary>
    /// <param name="path">The path as it was sent, percent-encoding and all.</param>
    /// <param name="query">The request's query.</param>
    /// <param name="refusal">Why there is none.</param>
    public Target? Find(ReadOnlySpan<char> path, string? query, out (ErrorCode Code, string Message)? refusal)
    {
        refusal = null;
        var rest = path.Length > Prefix.Length ? path[(Prefix.Length + 1)..] : default;
        var slash = rest.IndexOf('/');
        var name = slash < 0 ? "" : rest[..slash].ToString();
        var client = Array.Find(Clients, client => client.Name == name);
        if (client.Name is null)
        {
            refusal = UnknownFormat;
            return null;
        }

        var url = WithScheme(rest[(slash + 1)..]);
        var outcome = Parse(url, query, out var written);
        if (written is not null && Array.IndexOf(client.Formats, written.Endpoint.Format) >= 0)
        {
            return written;
        }

        foreach (var route in client.Routes)
        {
            if (FindAppended(route, url, query) is { } target)
            {
                return target;
            }
        }

        var own = written is null || client.Routes.Length == 0 ? null : FindOwn(client.Routes[0], written, query);
        refusal = own is not null ? null : written is null ? outcome.ToError() : NotSupported(client.Name, written);
        return own;
    }

    private static (ErrorCode Code, string Message) NotSupported(string client, Target written)
    {
        var own = Array.Find(Clients, other => Array.IndexOf(other.Formats, written.Endpoint.Format) >= 0).Name;
        return (ErrorCode.RewriteNotSupported,
            $"Nothing is translated here: the client's format is {client}, "
            + $"{written.Provider.Name} speaks {own ?? "a format of its own"} at this URL "
            + $"and has no endpoint for {client} that could be called in its place. Call it in its own format, by "
            + (own is null ? "" : $"/v1/rewrite/{own}/{{url}} or ")
            + "/v1/forward?u={url}.");
    }

    private static string WithScheme(ReadOnlySpan<char> url) =>
        url.StartsWith(Https, StringComparison.OrdinalIgnoreCase) ? url.ToString()
        : url.StartsWith(MergedHttps, StringComparison.OrdinalIgnoreCase) ? $"{Https}{url[MergedHttps.Length..]}"
        : url.Contains("://", StringComparison.Ordinal) ? url.ToString()
        : $"{Https}{url}";

    // The path that the client's library has appended is taken off; some append it with its version, some without.
    private Target? FindAppended(DirectRoute route, string url, string? query)
    {
        foreach (var suffix in new[] { route.Path, route.Suffix })
        {
            if (url.EndsWith(suffix, StringComparison.Ordinal) && Parse(url[..^suffix.Length], query, out var target) == TargetOutcome.Ok)
            {
                return target!.Endpoint.Format == route.Endpoint.Format ? target : FindOwn(route, target, query);
            }
        }

        return null;
    }

    /// <summary>The provider's own endpoint of this kind, on the host of another target of its.</summary>
    private Target? FindOwn(DirectRoute route, Target other, string? query)
    {
        if (!other.Endpoint.IsMetered || route.EndpointOf(other.Provider) is not { } endpoint)
        {
            return null;
        }

        var host = new Uri(other.Display[(other.Display.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Host;
        return Parse($"{Https}{host}{endpoint.Path}", query, out var target) == TargetOutcome.Ok ? target : null;
    }

    private TargetOutcome Parse(string url, string? query, out Target? target) => targets.Parse(
        "POST", default, $"?u={Uri.EscapeDataString(url)}&{query.AsSpan().TrimStart('?')}".TrimEnd('&'), out target);
}
