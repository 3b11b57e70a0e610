using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Lava.Metering.Catalog;

/// <summary>The provider table: which hosts may be called, and what their paths mean. Immutable.</summary>
public sealed class ProviderCatalog
{
    private readonly FrozenDictionary<string, Provider>.AlternateLookup<ReadOnlySpan<char>> _byHost;
    private readonly (ProviderHostPattern Pattern, Provider Provider, bool IsTenants)[] _byPattern;

    private ProviderCatalog(IReadOnlyList<Provider> providers)
    {
        Providers = providers;
        var hosts = providers.SelectMany(provider => provider.Hosts, (provider, host) => (Host: host, Provider: provider)).ToArray();
        _byHost = hosts.Where(pair => !ProviderHostPattern.HasAny(pair.Host))
            .ToFrozenDictionary(pair => pair.Host, pair => pair.Provider, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _byPattern =
        [
            .. hosts.Where(pair => ProviderHostPattern.HasAny(pair.Host))
                .Select(pair => (new ProviderHostPattern(pair.Host), pair.Provider, pair.Provider.TenantHosts.Contains(pair.Host))),
        ];
    }

    /// <summary>The shipped table.</summary>
    public static ProviderCatalog Default { get; } = CreateDefault();

    /// <summary>All rows: what <c>GET /v1/services</c> lists.</summary>
    public IReadOnlyList<Provider> Providers { get; }

    /// <summary>The shipped table and the operator's own providers.</summary>
    /// <param name="additions">Providers to add, or what to add to one that ships. A host may stand in one row only.</param>
    /// <param name="catalog">The table.</param>
    /// <param name="errors">Everything that is wrong with the additions.</param>
    /// <returns>False where there are errors.</returns>
    public static bool TryCreate(
        IReadOnlyList<ProviderOptions> additions, [NotNullWhen(true)] out ProviderCatalog? catalog, out IReadOnlyList<string> errors)
    {
        if (additions.Count == 0)
        {
            (catalog, errors) = (Default, []);
            return true;
        }

        var document = ProviderDocument.Shipped;
        List<Provider> providers = [.. document.Providers];
        List<string> found = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var addition in additions)
        {
            ProviderOptionsReader.Read(addition, document, names, providers, found);
        }

        found.AddRange(Clashes(providers));
        errors = found;
        catalog = found.Count == 0 ? new ProviderCatalog(providers) : null;
        return catalog is not null;
    }

    /// <summary>The provider of a host; a row with the exact name comes before one with a wildcard.</summary>
    /// <param name="host">A name in lower case, see <see cref="ProviderHost.IsName"/>.</param>
    /// <param name="provider">The provider.</param>
    public bool TryFind(ReadOnlySpan<char> host, [MaybeNullWhen(false)] out Provider provider) => TryFind(host, out provider, out _);

    /// <inheritdoc cref="TryFind(ReadOnlySpan{char}, out Provider)"/>
    /// <param name="host">A name in lower case.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="isTenants">Is it a customer's of the provider, see <see cref="Provider.TenantHosts"/>?</param>
    public bool TryFind(ReadOnlySpan<char> host, [MaybeNullWhen(false)] out Provider provider, out bool isTenants)
    {
        isTenants = false;
        if (_byHost.TryGetValue(host, out provider))
        {
            return true;
        }

        foreach (var candidate in _byPattern)
        {
            if (candidate.Pattern.Matches(host))
            {
                (provider, isTenants) = (candidate.Provider, candidate.IsTenants);
                return true;
            }
        }

        return false;
    }

    /// <summary>What is wrong with the hosts of a table as a whole.</summary>
    internal static IEnumerable<string> Clashes(IReadOnlyList<Provider> providers)
    {
        var hosts = providers.SelectMany(provider => provider.Hosts, (provider, host) => (Host: host, provider.Name)).ToArray();
        foreach (var twice in hosts.GroupBy(pair => pair.Host, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"The host '{twice.Key}' stands {twice.Count()} times in the provider table, for "
                + $"{string.Join(" and ", twice.Select(pair => pair.Name))}: leave all but one out.";
        }

        var patterns = hosts.Where(pair => ProviderHostPattern.HasAny(pair.Host) && ProviderHostPattern.IsValid(pair.Host))
            .Select(pair => (Pattern: new ProviderHostPattern(pair.Host), pair.Host, pair.Name))
            .ToArray();
        for (var i = 0; i < patterns.Length; i++)
        {
            for (var k = 0; k < i; k++)
            {
                if (patterns[i].Host != patterns[k].Host && patterns[i].Pattern.Overlaps(patterns[k].Pattern))
                {
                    yield return $"The hosts '{patterns[k].Host}' of {patterns[k].Name} and '{patterns[i].Host}' of {patterns[i].Name} "
                        + "can match the same name: make one of them narrower.";
                }
            }
        }
    }

    private static ProviderCatalog CreateDefault()
    {
        var document = ProviderDocument.Shipped;
        return Clashes(document.Providers).FirstOrDefault() is { } clash
            ? throw new InvalidDataException(clash)
            : new ProviderCatalog(document.Providers);
    }
}
