using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Server.Api.Json;

namespace Lava.Server.Api.Services;

/// <summary>The public lists of models and services, written once for each price book.</summary>
internal sealed class CatalogPages
{
    private const string Model = "model";
    private const string List = "list";

    private readonly Dictionary<string, CatalogPage> _services = [];
    private readonly List<(string Provider, string Model, DateOnly Since)> _models;

    /// <summary>Writes them.</summary>
    /// <param name="book">The prices in force.</param>
    /// <param name="catalog">The rows that the book was made of.</param>
    /// <param name="providers">The provider table.</param>
    /// <param name="isManaged">Has the operator a key for a provider?</param>
    public CatalogPages(PriceBook book, PriceCatalog catalog, ProviderCatalog providers, Func<Provider, bool> isManaged)
    {
        Book = book;
        _models = catalog.Rows.GroupBy(row => (row.Price.Provider, Model: row.Price.Model.ToLowerInvariant()))
            .Select(group => (group.Key.Provider, group.First().Price.Model, Since: group.Min(row => row.Since))).ToList();
        Models = Write(ListOf(_models));
        var all = new List<ServiceView>();
        var owners = new List<ServiceProviderView>();
        var byProvider = _models.ToLookup(row => row.Provider, row => row.Model);
        foreach (var provider in providers.Providers)
        {
            var managed = isManaged(provider);
            var services = byProvider[provider.Name].SelectMany(model => Services(book, provider, model, managed)).ToList();
            var types = services.Select(service => service.ServiceType).Distinct().ToList();
            var owner = new ServiceProviderView(
                provider.Name, LabelOf(provider), null, types.Count == 1 ? types[0] : Model, managed, services.Count);
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

    /// <summary>The models that a spend key may call. Made anew for each call.</summary>
    public CatalogPage ModelsOf(SpendKey key)
    {
        var rows = _models.Where(row =>
            SpendKeyPolicy.AllowsProvider(key, row.Provider)
            && SpendKeyPolicy.AllowsModel(key, row.Provider, row.Model, PriceOf(row.Provider, row.Model)));
        return Write(ListOf(rows)) with { IsPublic = false };
    }

    /// <summary>A provider's services.</summary>
    public CatalogPage ServicesOf(string provider) => _services.GetValueOrDefault(provider, NoServices);

    // What several providers sell under one name is listed once, as the first one's: rows of makers come before what is inherited.
    private static ModelList ListOf(IEnumerable<(string Provider, string Model, DateOnly Since)> rows) => new(
        List,
        [
            .. rows.DistinctBy(row => row.Model, StringComparer.OrdinalIgnoreCase)
                .Select(row => new ModelView(row.Model, Model, UnixTime(row.Since), row.Provider)),
        ]);

    private ModelPrice? PriceOf(string provider, string model) =>
        Book.TryFind(provider, Encoding.UTF8.GetBytes(model), out var price) ? price : null;

    private static IEnumerable<ServiceView> Services(PriceBook book, Provider provider, string model, bool managed) =>
        book.TryFind(provider.Name, Encoding.UTF8.GetBytes(model), out var price)
            ? ServiceRoutes.Of(provider, price).Select(endpoint => Service(provider, endpoint, price, managed))
            : [];

    private static ServiceView Service(Provider provider, ProviderEndpoint endpoint, ModelPrice price, bool managed) => new(
        price.Model,
        Model,
        provider.Name,
        LabelOf(provider),
        null,
        endpoint.Path,
        endpoint.Method,
        UrlOf(provider, endpoint),
        WorkflowView.From(provider, endpoint),
        ServiceType.Of(endpoint, price),
        managed,
        PricingView.From(price),
        PricingView.Capabilities(price));

    private static string UrlOf(Provider provider, ProviderEndpoint endpoint)
    {
        var scheme = endpoint.WebSocket ? "wss" : "https";
        var query = endpoint.ModelLocation == ProviderModelLocation.Query ? $"?{endpoint.ModelName}={{model}}" : "";
        var path = endpoint.Path.Replace("{model+}", "{model}", StringComparison.Ordinal);
        return $"{scheme}://{ServiceRoutes.HostOf(provider, endpoint)}{path}{query}";
    }

    private static string LabelOf(Provider provider) => provider.Label.Length > 0 ? provider.Label : provider.Name;

    private static long UnixTime(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();

    private static CatalogPage Write<T>(T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)ApiJson.Shape.GetTypeInfo(typeof(T))!);
        return new CatalogPage(json, $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"");
    }
}
