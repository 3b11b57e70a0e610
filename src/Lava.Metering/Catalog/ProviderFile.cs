using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lava.Metering.Catalog;

/// <summary>
/// One file of the provider table: rows, and sets of endpoints, relative to a base path, that rows name in their <c>apis</c>. An endpoint
/// without a format is free.
/// </summary>
internal sealed record ProviderFile
{
    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Sets of endpoints by name.</summary>
    public Dictionary<string, ProviderEndpoint[]> Formats { get; init; } = [];

    /// <summary>The rows.</summary>
    public ProviderRow[] Providers { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="name">The file's name, for errors.</param>
    /// <exception cref="InvalidDataException">It is not of this form; the message says where.</exception>
    public static ProviderFile Read(Stream json, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<ProviderFile>(json, Options) ?? throw new InvalidDataException($"{name} is empty.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{name}: {e.Message}", e);
        }
    }
}
