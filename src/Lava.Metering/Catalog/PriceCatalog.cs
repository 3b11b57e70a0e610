using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>Dated model prices from files: what ships with the product, and on top of it an operator's own. Immutable.</summary>
public sealed class PriceCatalog
{
    private const string ResourceName = "Lava.Metering.Catalog.prices.txt";

    private PriceCatalog(int version, IReadOnlyList<PriceRow> rows)
    {
        Version = version;
        Rows = rows;
    }

    /// <summary>The number that the file states in its "version" line; after <see cref="With"/> the operator's.</summary>
    public int Version { get; }

    /// <summary>All rows, of all days.</summary>
    public IReadOnlyList<PriceRow> Rows { get; }

    /// <summary>The prices that ship with the product.</summary>
    public static PriceCatalog Shipped()
    {
        using var stream = typeof(PriceCatalog).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The resource {ResourceName} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), ResourceName);
    }

    /// <summary>Reads a price file; its form stands at the head of the shipped one.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">The file's name, for errors.</param>
    /// <exception cref="FormatException">"name(line,column): what is wrong there".</exception>
    public static PriceCatalog Parse(string text, string name)
    {
        var reader = new PriceFileReader(text, name);
        return new PriceCatalog(reader.Version, reader.Rows);
    }

    /// <summary>
    /// This catalog with an operator's: what its rows name, by model or alias, is priced by them alone, on all days. Rows here of these
    /// models go, and aliases here that are names there.
    /// </summary>
    public PriceCatalog With(PriceCatalog own)
    {
        var claimed = own.Rows
            .SelectMany(row => row.Price.Aliases.Prepend(row.Price.Model).Select(name => (row.Price.Provider, ModelPath.Key(name))))
            .ToHashSet();
        bool IsClaimed(PriceRow row, string name) => claimed.Contains((row.Price.Provider, ModelPath.Key(name)));
        PriceRow WithoutClaimed(PriceRow row) => row.Price.Aliases.Any(alias => IsClaimed(row, alias))
            ? row with { Price = row.Price with { Aliases = [.. row.Price.Aliases.Where(alias => !IsClaimed(row, alias))] } }
            : row;
        var kept = Rows.Where(row => !IsClaimed(row, row.Price.Model)).Select(WithoutClaimed);
        return new PriceCatalog(own.Version, [.. kept, .. own.Rows]);
    }

    /// <summary>The prices that hold on a day: of each model the latest row that has begun, or the earliest where none has.</summary>
    public PriceBook On(DateOnly day) => PriceBook.Create(Version, [.. InForceOn(day).Select(row => row.Price)]);

    /// <summary>The rows of these prices.</summary>
    public IEnumerable<PriceRow> InForceOn(DateOnly day) => Rows.GroupBy(Key).Select(rows => InForce(rows, day));

    /// <summary>The first day after this one on which a row begins; null where none does. A new book is due then.</summary>
    public DateOnly? NextChange(DateOnly day) => Rows.Where(row => row.Since > day).Min(row => (DateOnly?)row.Since);

    private static PriceRow InForce(IEnumerable<PriceRow> rows, DateOnly day)
    {
        var byDay = rows.OrderBy(row => row.Since).ToList();
        return byDay.FindLast(row => row.Since <= day) ?? byDay[0];
    }

    private static (string Provider, string Model) Key(PriceRow row) => (row.Price.Provider, row.Price.Model.ToLowerInvariant());
}
