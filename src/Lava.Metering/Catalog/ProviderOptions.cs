namespace Lava.Metering.Catalog;

/// <summary>A provider that the operator adds to the table; under the name of one that ships, what he adds to it.</summary>
public sealed record ProviderOptions
{
    /// <summary>Its name: lower case letters, digits and hyphens, at most 64. Prices are found under it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name for people; default: <see cref="Name"/>.</summary>
    public string? Label { get; init; }

    /// <summary>Its hosts, see <see cref="Provider.Hosts"/>; a new provider needs one.</summary>
    public string[] Hosts { get; init; } = [];

    /// <summary>
    /// The APIs that it speaks. A new provider with neither these nor <see cref="Endpoints"/> speaks <see cref="Format"/> at
    /// <see cref="BasePath"/>.
    /// </summary>
    public ProviderApi[] Apis { get; init; } = [];

    /// <summary>Endpoints of its own; they come before the table's.</summary>
    public ProviderEndpoint[] Endpoints { get; init; } = [];

    /// <summary>The one API that it speaks; not <see cref="ApiFormat.None"/>. Default: OpenAI chat completions.</summary>
    public ApiFormat Format { get; init; } = ApiFormat.OpenAiChat;

    /// <summary>What stands before that API's paths: "/v1" for "/v1/chat/completions". Default: "/v1".</summary>
    public string BasePath { get; init; } = "/v1";

    /// <summary>Does that API accept <c>stream_options.include_usage</c>? Default: no, and then a stream may end without usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The header that carries its key. Default: Authorization.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>What stands before the key. Default: "Bearer " in Authorization, else nothing.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>The parameter of the query that carries its key in place of a header. Default: none.</summary>
    public string? KeyParameter { get; init; }

    /// <summary>The environment variable that holds the operator's key; "" for none. Default: NAME_API_KEY.</summary>
    public string? KeyVariable { get; init; }
}
