using System.Text.Json;
using System.Text.Json.Serialization;
using Lava.Metering.Scanning;

namespace Lava.Metering.Catalog;

/// <summary>
/// The shipped provider table: <c>providers</c> are the rows, <c>formats</c> the endpoints that a provider added by the operator has,
/// relative to its base path, by the API that it speaks. An endpoint without a format is free. The rows of the files in
/// <c>Providers/</c> are added; one that names a provider of an earlier file adds endpoints to it.
/// </summary>
internal sealed record ProviderDocument
{
    private const string Resource = "Lava.Metering.Catalog.providers.json";
    private const string Parts = "Lava.Metering.Catalog.Providers.";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Endpoints by format.</summary>
    public Dictionary<ApiFormat, ProviderEndpoint[]> Formats { get; init; } = [];

    /// <summary>The rows.</summary>
    public required Provider[] Providers { get; init; }

    /// <summary>Reads the shipped table.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with it.</exception>
    public static ProviderDocument Load()
    {
        var assembly = typeof(ProviderDocument).Assembly;
        var document = Read(Resource);
        var parts = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Parts, StringComparison.Ordinal));
        List<Provider> providers = [.. document.Providers];
        foreach (var row in parts.Order(StringComparer.Ordinal).SelectMany(name => Read(name).Providers))
        {
            Add(row, providers);
        }

        var errors = FieldTable.ErrorsOf(providers).ToArray();
        return errors.Length == 0
            ? document with { Providers = [.. providers] }
            : throw new InvalidDataException(string.Join(Environment.NewLine, errors));
    }

    private static void Add(Provider row, List<Provider> providers)
    {
        var known = providers.FindIndex(provider => provider.Name == row.Name);
        if (known < 0)
        {
            providers.Add(row);
            return;
        }

        var before = providers[known];
        providers[known] = before with { Endpoints = [.. before.Endpoints, .. row.Endpoints] };
    }

    private static ProviderDocument Read(string resource)
    {
        using var stream = typeof(ProviderDocument).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks {resource}.");
        return JsonSerializer.Deserialize<ProviderDocument>(stream, Options) ?? throw new InvalidDataException($"{resource} is empty.");
    }
}
