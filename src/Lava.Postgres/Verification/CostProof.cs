using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Postgres.Verification;

/// <summary>Prices a recorded call's usage again, where the catalog at hand is the one that priced it.</summary>
internal sealed class CostProof
{
    private readonly PriceCatalog _catalog;
    private readonly DateOnly[] _changes;

    // One for each day on which a price of the catalog begins.
    private readonly Dictionary<DateOnly, PriceBook> _books = [];

    public CostProof(PriceCatalog catalog)
    {
        _catalog = catalog;
        _changes = [.. catalog.Rows.Select(row => row.Since).Distinct().Order()];
    }

    /// <summary>
    /// The provider's cost of the call, at the tier, in the region and by the models that the record names; null where it can't be told:
    /// another catalog priced it, or the model that answered has no price and the requested one's was taken.
    /// </summary>
    public ModelCost? Recompute(UsageRecord record)
    {
        // A report comes without a provider's call. What a job's beginning says that it will use is billed with its end, and a failed one
        // is not. An answer that told nothing was charged by an estimate, which is its usage.
        if (record.Reported || record.Job is JobState.Running or JobState.Failed || IsFree(record))
        {
            return default(ModelCost);
        }

        if (record.PriceVersion != _catalog.Version || record.Model is null)
        {
            return null;
        }

        var day = DateOnly.FromDateTime(DateTime.UnixEpoch.AddMicroseconds(record.CreatedAtMicros));
        var cost = Recompute(record, day);
        if (cost is null || Matches(record, cost.Value))
        {
            return cost;
        }

        // The book changes within a minute of midnight, and a call keeps the one that it began with.
        return Recompute(record, day.AddDays(-1)) is { } before && Matches(record, before) ? before : cost;
    }

    /// <summary>Does the record say this?</summary>
    public static bool Matches(UsageRecord record, in ModelCost cost) => record.InputCost == cost.Input && record.OutputCost == cost.Output;

    // An error that used nothing, and an answer of an endpoint that is not metered: the record does not name those, but only a price
    // of the call itself could cost anything, and it was not taken.
    private static bool IsFree(UsageRecord record)
    {
        var usage = record.Usage with { Certainty = default, Reason = default, ProviderCost = null };
        return usage == default && record.ByModel.Length == 0 && record.Cost == Money.Zero;
    }

    private ModelCost? Recompute(UsageRecord record, DateOnly day)
    {
        var book = BookOf(day);
        return book.TryFind(record.Provider, Encoding.UTF8.GetBytes(record.Model!), out var price)
            && CallCost.TryCost(record, price, book, out var cost)
            ? cost
            : null;
    }

    private PriceBook BookOf(DateOnly day)
    {
        var last = Array.FindLast(_changes, change => change <= day);
        if (!_books.TryGetValue(last, out var book))
        {
            book = _catalog.On(last);
            _books.Add(last, book);
        }

        return book;
    }
}
