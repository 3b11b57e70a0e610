namespace Lava.Metering.Catalog;

/// <summary>An API that a provider speaks: a set of endpoints that many share, at a base path of its own.</summary>
public sealed record ProviderApi
{
    /// <summary>The set's name: <c>OpenAiChat</c>, <c>OpenAiResponses</c>, <c>AnthropicMessages</c>, <c>Gemini</c>.</summary>
    public string Api { get; init; } = "";

    /// <summary>What stands before the set's paths: "/v1" for "/v1/chat/completions"; may hold <c>*</c> for any one segment.</summary>
    public string Base { get; init; } = "";

    /// <summary>Does it accept <c>stream_options.include_usage</c>? Default: no, and then a stream may end without usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The header that carries the key there, where it is another than the provider's usual one.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>What stands before the key there.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>The endpoints at this base.</summary>
    /// <param name="set">The set, its paths relative to the base.</param>
    internal IEnumerable<ProviderEndpoint> Expand(IEnumerable<ProviderEndpoint> set) => set.Select(endpoint => endpoint with
    {
        Path = Base + endpoint.Path,
        IncludeUsage = endpoint.IncludeUsage && IncludeUsage,
        KeyHeader = KeyHeader ?? endpoint.KeyHeader,
        KeyPrefix = KeyPrefix ?? endpoint.KeyPrefix,
    });
}
