using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Postgres.Verification;

/// <summary>Prices a recorded call's usage again, where the catalog at hand is the one that priced it.</summary>
public sealed class CostProof(PriceHistory prices)
{
    /// <summary>A proof by a catalog.</summary>
    public CostProof(PriceCatalog catalog)
        : this(new PriceHistory(catalog))
    {
    }

    /// <summary>
    /// The provider's cost of the call, at the tier, in the region and by the models that the record names; null where it can't be told:
    /// another catalog priced it, or the model that answered has no price and the requested one's was taken.
    /// </summary>
    public ModelCost? Recompute(UsageRecord record) =>
        IsUnpriced(record) ? default(ModelCost) : prices.Find(record)?.Cost;

    /// <summary>Does the record say this?</summary>
    public static bool Matches(UsageRecord record, in ModelCost cost) => record.InputCost == cost.Input && record.OutputCost == cost.Output;

    /// <summary>Is it a call that no price was taken for, whatever it says that it used?</summary>
    // A report comes without a provider's call. What a job's beginning says that it will use is billed with its end, and a failed one
    // is not. An answer that told nothing was charged by an estimate, which is its usage.
    public static bool IsUnpriced(UsageRecord record) =>
        record.Reported || record.Job is JobState.Running or JobState.Failed || IsFree(record);

    // An error that used nothing, and an answer of an endpoint that is not metered: the record does not name those, but only a price
    // of the call itself could cost anything, and it was not taken.
    private static bool IsFree(UsageRecord record)
    {
        var usage = record.Usage with { Certainty = default, Reason = default, ProviderCost = null };
        return usage == default && record.ByModel.Length == 0 && record.Cost == Money.Zero;
    }
}
