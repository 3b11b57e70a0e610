namespace Lava.Metering.Catalog;

/// <summary>A provider that the operator adds to the table.</summary>
public sealed record ProviderOptions
{
    /// <summary>Its name: lower case letters, digits and hyphens, at most 64. Prices are found under it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its hosts, see <see cref="Provider.Hosts"/>; at least one.</summary>
    public string[] Hosts { get; init; } = [];

    /// <summary>The API that it speaks; not <see cref="ApiFormat.None"/>. Default: OpenAI chat completions.</summary>
    public ApiFormat Format { get; init; } = ApiFormat.OpenAiChat;

    /// <summary>What stands before that API's paths: "/v1" for "/v1/chat/completions". Default: "/v1".</summary>
    public string BasePath { get; init; } = "/v1";

    /// <summary>The header that carries its key. Default: Authorization.</summary>
    public string KeyHeader { get; init; } = "Authorization";

    /// <summary>What stands before the key. Default: "Bearer ".</summary>
    public string KeyPrefix { get; init; } = "Bearer ";

    /// <summary>The environment variable that holds the operator's key; "" for none.</summary>
    public string KeyVariable { get; init; } = "";

    /// <summary>Does it accept <c>stream_options.include_usage</c>? Default: no, and then a stream may end without usage.</summary>
    public bool IncludeUsage { get; init; }
}
