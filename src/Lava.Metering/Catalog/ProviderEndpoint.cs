using System.Text.Json.Serialization;

namespace Lava.Metering.Catalog;

/// <summary>What one path of a provider means.</summary>
public sealed record ProviderEndpoint
{
    /// <summary>A path that is not in the table and can't cost money.</summary>
    public static readonly ProviderEndpoint Unlisted = new() { Method = "", Path = "/**" };

    /// <summary>HTTP method in upper case.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>
    /// The path: segments are literal, <c>*</c> for any one segment, <c>{model}</c> with a literal suffix for the one that holds
    /// the model, or a last <c>**</c> for whatever follows.
    /// </summary>
    public required string Path
    {
        get => Pattern.Text;
        init => Pattern = new ProviderPath(value);
    }

    /// <summary>The shape of its requests and answers; <see cref="ApiFormat.None"/> for an endpoint that is free.</summary>
    public ApiFormat Format { get; init; }

    /// <summary>
    /// May <c>stream_options.include_usage</c> be added to a streamed request? Where it may not, the provider refuses it or needs it not.
    /// </summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Does the path itself say that the answer is streamed? Elsewhere the body does.</summary>
    public bool Streams { get; init; }

    /// <summary>Does it cost money?</summary>
    [JsonIgnore]
    public bool IsMetered => Format != ApiFormat.None;

    /// <summary>Where the request names its model.</summary>
    [JsonIgnore]
    public ProviderModelLocation ModelLocation =>
        Pattern.HasModel ? ProviderModelLocation.Path : IsMetered ? ProviderModelLocation.Body : ProviderModelLocation.None;

    internal ProviderPath Pattern { get; private init; } = ProviderPath.Any;
}
