using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>A line of a price file: a provider that resells another's models at its prices, as far as it has no row of its own.</summary>
/// <param name="Provider">Who inherits.</param>
/// <param name="From">Whose rows.</param>
/// <param name="Prefix">What the models' names begin with; empty: all.</param>
internal sealed record PriceInheritance(string Provider, string From, string Prefix)
{
    /// <summary>The rows that are inherited. A name that the provider has already, in any row, is its own.</summary>
    public IEnumerable<PriceRow> Rows(IReadOnlyList<PriceRow> all)
    {
        var own = all.Where(row => row.Price.Provider == Provider)
            .SelectMany(row => row.Price.Aliases.Prepend(row.Price.Model))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return all
            .Where(row => row.Price.Provider == From && row.Price.Model.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Where(row => !own.Contains(row.Price.Model))
            .Select(row => row with { Price = Resold(row.Price, own) })
            .ToList();
    }

    private ModelPrice Resold(ModelPrice price, HashSet<string> own) =>
        price with { Provider = Provider, Aliases = [.. price.Aliases.Where(alias => !own.Contains(alias))] };
}
