using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Server.Api.Json;

namespace Lava.Server.Api.Services;

/// <summary>The public lists of models and services, written once for each price book.</summary>
internal sealed class CatalogPages
{
    private const string Model = "model";
    private const string List = "list";

    // What a word in a model's name says of the path that serves it; the rest is served by the provider's first one.
    private static readonly (string Model, string Path)[] Paths =
    [
        ("embed", "embed"), ("rerank", "rerank"), ("tts", "speech"), ("whisper", "transcriptions"), ("transcribe", "transcriptions"),
        ("image", "images"), ("realtime", "realtime"),
    ];

    private readonly Dictionary<string, CatalogPage> _services = [];

    /// <summary>Writes them.</summary>
    /// <param name="book">The prices in force.</param>
    /// <param name="catalog">The rows that the book was made of.</param>
    /// <param name="providers">The provider table.</param>
    /// <param name="isManaged">Has the operator a key for a provider?</param>
    public CatalogPages(PriceBook book, PriceCatalog catalog, ProviderCatalog providers, Func<Provider, bool> isManaged)
    {
        Book = book;
        var rows = catalog.Rows.GroupBy(row => (row.Price.Provider, row.Price.Model))
            .Select(group => (group.Key.Provider, group.Key.Model, Since: group.Min(row => row.Since))).ToList();
        Models = Write(new ModelList(List, [.. rows.Select(row => new ModelView(row.Model, Model, UnixTime(row.Since), row.Provider))]));
        var all = new List<ServiceView>();
        var owners = new List<ServiceProviderView>();
        foreach (var provider in providers.Providers)
        {
            var managed = isManaged(provider);
            var services = rows.Where(row => row.Provider == provider.Name)
                .Select(row => Service(book, provider, row.Model, managed)).OfType<ServiceView>().ToList();
            var owner = new ServiceProviderView(provider.Name, provider.Name, null, Model, managed, services.Count);
            all.AddRange(services);
            owners.Add(owner);
            _services[provider.Name] = Write(new ServiceList(List, services, [owner]));
        }

        AllServices = Write(new ServiceList(List, all, owners));
    }

    /// <summary>The book whose prices these are.</summary>
    public PriceBook Book { get; }

    /// <summary>All models.</summary>
    public CatalogPage Models { get; }

    /// <summary>All services.</summary>
    public CatalogPage AllServices { get; }

    /// <summary>No service: of a provider that nobody knows.</summary>
    public static CatalogPage NoServices { get; } = Write(new ServiceList(List, [], []));

    /// <summary>A provider's services.</summary>
    public CatalogPage ServicesOf(string provider) => _services.GetValueOrDefault(provider, NoServices);

    private static ServiceView? Service(PriceBook book, Provider provider, string model, bool managed)
    {
        if (!book.TryFind(provider.Name, Encoding.UTF8.GetBytes(model), out var price) || EndpointOf(provider, model) is not { } endpoint)
        {
            return null;
        }

        return new ServiceView(
            price.Model,
            Model,
            provider.Name,
            provider.Name,
            null,
            endpoint.Path,
            endpoint.Method,
            $"https://{provider.Hosts[0]}{endpoint.Path}",
            Model,
            managed,
            PricingView.From(price),
            PricingView.Capabilities(price));
    }

    private static ProviderEndpoint? EndpointOf(Provider provider, string model)
    {
        var metered = provider.Endpoints.Where(endpoint => endpoint.IsMetered).ToList();
        var word = Array.Find(Paths, path => model.Contains(path.Model, StringComparison.OrdinalIgnoreCase)).Path;
        return metered.Find(endpoint => word is not null && endpoint.Path.Contains(word, StringComparison.OrdinalIgnoreCase))
            ?? metered.FirstOrDefault();
    }

    private static long UnixTime(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();

    private static CatalogPage Write<T>(T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)ApiJson.Shape.GetTypeInfo(typeof(T))!);
        return new CatalogPage(json, $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"");
    }
}
