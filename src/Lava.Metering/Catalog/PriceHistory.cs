using System.Collections.Concurrent;
using System.Text;
using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>A catalog's prices of each day, to price calls of the past again. Books are made when they are asked for.</summary>
public sealed class PriceHistory
{
    private readonly PriceCatalog _catalog;
    private readonly DateOnly[] _changes;

    // One for each day on which a price of the catalog begins.
    private readonly ConcurrentDictionary<DateOnly, PriceBook> _books = [];

    /// <summary>The days of a catalog.</summary>
    public PriceHistory(PriceCatalog catalog)
    {
        _catalog = catalog;
        _changes = [.. catalog.Rows.Select(row => row.Since).Distinct().Order()];
    }

    /// <summary>The catalog's version.</summary>
    public int Version => _catalog.Version;

    /// <summary>
    /// What priced this call; null where it can't be told: another catalog did, or the model that answered has no price and the requested
    /// one's was taken. Where its cost is not the record's, the record differs from what the catalog says.
    /// </summary>
    public PriceOfRecord? Find(UsageRecord record)
    {
        if (record.PriceVersion != _catalog.Version || record.Model is null)
        {
            return null;
        }

        var day = DateOnly.FromDateTime(DateTime.UnixEpoch.AddMicroseconds(record.CreatedAtMicros));
        var found = Find(record, day);
        if (found is null || found.IsOf(record))
        {
            return found;
        }

        // The book changes within a minute of midnight, and a call keeps the one that it began with.
        return Find(record, day.AddDays(-1)) is { } before && before.IsOf(record) ? before : found;
    }

    /// <summary>The row of the file that a price was made of: where its figures were read, and since when it holds.</summary>
    public PriceRow? RowOf(PriceOfRecord priced) => _catalog.InForceOn(priced.Day).FirstOrDefault(row =>
        row.Price.Provider == priced.Price.Provider
        && string.Equals(row.Price.Model, priced.Price.Model, StringComparison.OrdinalIgnoreCase));

    private PriceOfRecord? Find(UsageRecord record, DateOnly day)
    {
        var book = BookOf(day);
        return book.TryFind(record.Provider, Encoding.UTF8.GetBytes(record.Model!), out var price)
            && CallCost.TryCost(record, price, book, out var cost)
            ? new PriceOfRecord(price, book, day, cost)
            : null;
    }

    private PriceBook BookOf(DateOnly day) => _books.GetOrAdd(Array.FindLast(_changes, change => change <= day), _catalog.On);
}
