using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;

namespace Lava.Server.Configuration;

/// <summary>What settings name and other assemblies check: providers, overrides, keys, prices.</summary>
internal sealed record ServeParts(
    ProviderCatalog Catalog, UpstreamOverrides Overrides, ManagedProviderKeys ProviderKeys, PriceCatalog Prices)
{
    /// <summary>
    /// A key for providers whose traffic the operator sends to a place of his own: a simulator wants one, but not a real one.
    /// </summary>
    private const string NoKey = "none";

    /// <summary>Reads them; every error goes into the list, and null comes back if there is one.</summary>
    public static ServeParts? Read(ServeOptions options, Func<string, string?> environment, List<string> errors)
    {
        ProviderCatalog.TryCreate(options.Providers, out var catalog, out var problems);
        errors.AddRange(problems);
        UpstreamOverrides.TryParse(options.Upstreams.Select(pair => $"{pair.Left}={pair.Right}"), out var overrides, out problems);
        errors.AddRange(problems);
        ManagedProviderKeys? keys = null;
        if (catalog is not null && overrides is not null)
        {
            string? Read(string name) => environment(name) ?? Placeholder(catalog, overrides, name);
            ManagedProviderKeys.TryRead(catalog, Read, out keys, out problems);
            errors.AddRange(problems);
        }

        var prices = ReadPrices(options.PriceFile, errors);
        return catalog is null || overrides is null || keys is null || prices is null
            ? null
            : new ServeParts(catalog, overrides, keys, prices);
    }

    private static string? Placeholder(ProviderCatalog catalog, UpstreamOverrides overrides, string variable)
    {
        var provider = catalog.Providers.First(provider => provider.KeyVariables.Contains(variable));
        return provider.Hosts.Any(host => overrides.Find(host) is not null)
            || overrides.Hosts.Any(host => catalog.TryFind(host, out var owner) && owner == provider)
            ? NoKey
            : null;
    }

    internal static PriceCatalog? ReadPrices(string? path, List<string> errors)
    {
        try
        {
            var catalog = PriceCatalog.Shipped();
            return path is null ? catalog : catalog.With(PriceCatalog.Parse(File.ReadAllText(path), path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            errors.Add($"--prices: {e.Message}");
            return null;
        }
    }
}
