using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Reservation;

/// <summary>Step 9: usage × model price → cost; × meter → charge.</summary>
internal sealed class CallPricing(MeterPositions positions)
{
    [ThreadStatic]
    private static ChargeSlice[]? _slices;

    /// <summary>
    /// Prices the record's usage and moves the customer's position. A usage that costs more than an amount can hold is a lie: the
    /// call's estimate takes its place.
    /// </summary>
    public void Price(GatewayCall call) => Price(call, call.Record, call.Price, isEnd: true);

    /// <summary>
    /// Prices a copy of the record as if the call ended now, from where the customer stands, who does not move. Its slices are the
    /// thread's: good until the next.
    /// </summary>
    public void PriceSoFar(GatewayCall call, UsageRecord record, ModelPrice? price) => Price(call, record, price, isEnd: false);

    private void Price(GatewayCall call, UsageRecord record, ModelPrice? price, bool isEnd)
    {
        if (!TryPrice(call, record, price, isEnd))
        {
            // What was reserved for can be priced, or the reservation would have failed.
            record.Usage = call.EstimatedUsage(call.Scanner.OutputTextBytes);
            record.ByModel = [];
            TryPrice(call, record, price, isEnd);
        }

        record.Debit = record.Billed ? record.Charge : record.Cost;
    }

    private bool TryPrice(GatewayCall call, UsageRecord record, ModelPrice? price, bool isEnd)
    {
        var usage = record.Usage;

        // Nothing that is priced was called, or an error told of no use: free on every meter, per-request ones too.
        if (price is null || (record.Status == RequestStatus.Error && IsNothing(usage)))
        {
            return true;
        }

        if (!CallCost.TryCost(record, price, call.Pricing.Prices, out var cost))
        {
            return false;
        }

        record.InputCost = cost.Input;
        record.OutputCost = cost.Output;
        return call.Meter is not { } meter || TryCharge(record, meter, usage, isEnd);
    }

    private static bool IsNothing(in Usage usage) =>
        usage with { Certainty = default, Reason = default, ProviderCost = null } == default;

    private bool TryCharge(UsageRecord record, Meter meter, in Usage usage, bool isEnd)
    {
        // Looked at before the position moves: what can't be charged must not use up tiers.
        if (isEnd && !ChargeCalculator.TryCharge(meter, usage, record.Cost, 0, out _))
        {
            return false;
        }

        record.RateType = meter.RateType;
        record.TierType = meter.TierType;
        record.Units = ChargeCalculator.Units(meter, usage);
        record.UnitsBefore = UnitsBefore(record, isEnd);
        var reuse = isEnd ? [] : _slices ?? [];
        if (!ChargeCalculator.TryCharge(meter, usage, record.Cost, record.UnitsBefore, reuse, out var charge))
        {
            return false;
        }

        record.Charge = charge.Amount;
        record.Slices = charge.Slices;
        if (!isEnd)
        {
            _slices = charge.Slices;
        }

        return true;
    }

    private long UnitsBefore(UsageRecord record, bool isEnd)
    {
        if (record is not { CustomerId: { } customer, MeterId: { } meter })
        {
            return 0;
        }

        return isEnd
            ? positions.Advance(customer, meter, record.CycleStart, record.Units)
            : positions.Current(customer, meter, record.CycleStart);
    }
}
