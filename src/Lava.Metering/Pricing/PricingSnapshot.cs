using System.Diagnostics.CodeAnalysis;
using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>All meters and model prices at one moment: a request prices with the one it read at its start.</summary>
public sealed class PricingSnapshot
{
    private PricingSnapshot(PriceBook prices, ShardedMap<Guid, Meter> meters, ShardedMap<ScopedName, Meter> bySlug)
    {
        Prices = prices;
        Meters = meters;
        MetersBySlug = bySlug;
    }

    /// <summary>Model prices.</summary>
    public PriceBook Prices { get; }

    /// <summary>Meters by id.</summary>
    public ShardedMap<Guid, Meter> Meters { get; }

    /// <summary>Meters by merchant and slug.</summary>
    public ShardedMap<ScopedName, Meter> MetersBySlug { get; }

    /// <summary>A snapshot of all meters.</summary>
    public static PricingSnapshot Create(PriceBook prices, IReadOnlyCollection<Meter> meters) => new(
        prices,
        ShardedMap<Guid, Meter>.Create(meters.Select(meter => KeyValuePair.Create(meter.Id, meter))),
        ShardedMap<ScopedName, Meter>.Create(
            meters.Select(meter => KeyValuePair.Create(ScopedName.From(meter.MerchantId, meter.Slug), meter)),
            ScopedNameComparer.Instance));

    /// <summary>A meter of this merchant by slug, or by <c>prd_…</c> id.</summary>
    public bool TryFindMeter(Guid merchantId, ReadOnlySpan<byte> slugOrId, [MaybeNullWhen(false)] out Meter meter)
    {
        if (MetersBySlug.TryGetValue(new ScopedBytes(merchantId, slugOrId), out meter))
        {
            return true;
        }

        return Ids.TryParse(IdPrefix.Meter, slugOrId, out var id) && Meters.TryGetValue(id, out meter) && meter.MerchantId == merchantId;
    }

    /// <summary>With a meter added or changed (its slug never changes).</summary>
    public PricingSnapshot With(Meter meter) => new(
        Prices, Meters.With(meter.Id, meter), MetersBySlug.With(ScopedName.From(meter.MerchantId, meter.Slug), meter));

    /// <summary>With other model prices.</summary>
    public PricingSnapshot With(PriceBook prices) => new(prices, Meters, MetersBySlug);

    /// <summary>Without a meter.</summary>
    public PricingSnapshot Without(Meter meter) => new(
        Prices, Meters.Without(meter.Id), WithoutSlug(meter));

    // Where the slug has been given to another meter since, it stays that one's.
    private ShardedMap<ScopedName, Meter> WithoutSlug(Meter meter)
    {
        var name = ScopedName.From(meter.MerchantId, meter.Slug);
        return MetersBySlug.TryGetValue(name, out var holder) && holder.Id == meter.Id ? MetersBySlug.Without(name) : MetersBySlug;
    }
}
