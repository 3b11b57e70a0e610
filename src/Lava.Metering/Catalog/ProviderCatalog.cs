using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Lava.Metering.Catalog;

/// <summary>The provider table: which hosts may be called, and what their paths mean. Immutable.</summary>
public sealed class ProviderCatalog
{
    private const string Wildcard = "*.";
    private readonly FrozenDictionary<string, Provider>.AlternateLookup<ReadOnlySpan<char>> _byHost;
    private readonly FrozenDictionary<string, Provider>.AlternateLookup<ReadOnlySpan<char>> _byParent;

    private ProviderCatalog(List<Provider> providers)
    {
        Providers = providers;
        var byHost = new Dictionary<string, Provider>(StringComparer.Ordinal);
        var byParent = new Dictionary<string, Provider>(StringComparer.Ordinal);
        foreach (var provider in providers)
        {
            foreach (var host in provider.Hosts)
            {
                if (host.StartsWith(Wildcard, StringComparison.Ordinal))
                {
                    byParent.Add(host[Wildcard.Length..], provider);
                }
                else
                {
                    byHost.Add(host, provider);
                }
            }
        }

        _byHost = byHost.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _byParent = byParent.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The shipped table.</summary>
    public static ProviderCatalog Default { get; } = new([.. ProviderDocument.Load().Providers]);

    /// <summary>All rows.</summary>
    public IReadOnlyList<Provider> Providers { get; }

    /// <summary>The shipped table and the operator's own providers.</summary>
    /// <param name="additions">Providers to add. A host may stand in one row only.</param>
    /// <param name="catalog">The table.</param>
    /// <param name="errors">Everything that is wrong with the additions.</param>
    /// <returns>False where there are errors.</returns>
    public static bool TryCreate(
        IReadOnlyList<ProviderOptions> additions, [NotNullWhen(true)] out ProviderCatalog? catalog, out IReadOnlyList<string> errors)
    {
        var document = ProviderDocument.Load();
        List<Provider> providers = [.. document.Providers];
        List<string> found = [];
        foreach (var addition in additions)
        {
            ProviderOptionsReader.Read(addition, document, providers, found);
        }

        foreach (var twice in providers.SelectMany(provider => provider.Hosts).GroupBy(host => host).Where(group => group.Count() > 1))
        {
            found.Add($"The host '{twice.Key}' stands in the provider table {twice.Count()} times.");
        }

        errors = found;
        catalog = found.Count == 0 ? new ProviderCatalog(providers) : null;
        return catalog is not null;
    }

    /// <summary>The provider of a host; a row with the exact name comes before a wildcard.</summary>
    /// <param name="host">A name in lower case, see <see cref="ProviderHost.IsName"/>.</param>
    /// <param name="provider">The provider.</param>
    public bool TryFind(ReadOnlySpan<char> host, [MaybeNullWhen(false)] out Provider provider)
    {
        if (_byHost.TryGetValue(host, out provider))
        {
            return true;
        }

        var dot = host.IndexOf('.');
        return dot > 0 && _byParent.TryGetValue(host[(dot + 1)..], out provider);
    }
}
