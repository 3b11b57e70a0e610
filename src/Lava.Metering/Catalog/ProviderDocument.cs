using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lava.Metering.Catalog;

/// <summary>
/// The shipped provider table, <c>providers.json</c>: <c>providers</c> are the rows, <c>formats</c> the endpoints that a provider added
/// by the operator has, relative to its base path, by the API that it speaks. An endpoint without a format is free.
/// </summary>
internal sealed record ProviderDocument
{
    private const string Resource = "Lava.Metering.Catalog.providers.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Endpoints by format.</summary>
    public required Dictionary<ApiFormat, ProviderEndpoint[]> Formats { get; init; }

    /// <summary>The rows.</summary>
    public required Provider[] Providers { get; init; }

    /// <summary>Reads the shipped table.</summary>
    public static ProviderDocument Load()
    {
        using var stream = typeof(ProviderDocument).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks {Resource}.");
        return JsonSerializer.Deserialize<ProviderDocument>(stream, Options) ?? throw new InvalidDataException($"{Resource} is empty.");
    }
}
