using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Routing;

/// <summary>
/// A path of this gateway that is called as the provider's own would be: the model in the body decides which provider gets the call.
/// </summary>
internal sealed class DirectRoute
{
    /// <summary>OpenAI's chat completions.</summary>
    public static readonly DirectRoute Chat = new(ApiFormat.OpenAiChat, "/chat/completions");

    /// <summary>OpenAI's responses.</summary>
    public static readonly DirectRoute Responses = new(ApiFormat.OpenAiResponses, "/responses");

    /// <summary>OpenAI's embeddings.</summary>
    public static readonly DirectRoute Embeddings = new(ApiFormat.OpenAiChat, "/embeddings");

    /// <summary>Anthropic's messages.</summary>
    public static readonly DirectRoute Messages = new(ApiFormat.AnthropicMessages, "/messages");

    /// <summary>All of them.</summary>
    public static readonly DirectRoute[] All = [Chat, Messages, Responses, Embeddings];

    private DirectRoute(ApiFormat format, string suffix)
    {
        Suffix = suffix;
        Path = "/v1" + suffix;
        Endpoint = new ProviderEndpoint { Path = Path, Format = format };
    }

    /// <summary>The path here.</summary>
    public string Path { get; }

    /// <summary>How the path of such an endpoint ends, wherever it begins.</summary>
    public string Suffix { get; }

    /// <summary>How its requests are read before it is known whose they are.</summary>
    public ProviderEndpoint Endpoint { get; }

    /// <summary>The route of a path; null for any other path. The case of letters counts, as it does with the providers.</summary>
    public static DirectRoute? Find(string? path)
    {
        foreach (var route in All)
        {
            if (route.Path == path)
            {
                return route;
            }
        }

        return null;
    }

    /// <summary>A provider's first endpoint of this kind; null where it has none, or something must be filled into its path.</summary>
    public ProviderEndpoint? EndpointOf(Provider provider)
    {
        var first = Array.Find(
            provider.Endpoints,
            endpoint => endpoint.Format == Endpoint.Format && endpoint.Method == Endpoint.Method
                && endpoint.Path.EndsWith(Suffix, StringComparison.Ordinal));
        return first is null || first.Path.AsSpan().IndexOfAny('{', '*') >= 0 ? null : first;
    }
}
