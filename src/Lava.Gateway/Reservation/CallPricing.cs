using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Reservation;

/// <summary>Step 9: usage × model price → cost; × meter → charge.</summary>
internal sealed class CallPricing(MeterPositions positions)
{
    /// <summary>
    /// Prices the record's usage. A usage that costs more than an amount can hold is a lie: the call's estimate takes its place.
    /// </summary>
    public void Price(GatewayCall call)
    {
        var record = call.Record;
        if (!TryPrice(call))
        {
            // What was reserved for can be priced, or the reservation would have failed.
            record.Usage = call.EstimatedUsage(call.Scanner.OutputTextBytes);
            TryPrice(call);
        }

        record.Debit = record.Billed ? record.Charge : record.Cost;
    }

    private bool TryPrice(GatewayCall call)
    {
        var record = call.Record;
        var usage = record.Usage;
        if (call.Price is { } price && usage.Certainty != UsageCertainty.Unknown)
        {
            if (!CostCalculator.TryCost(usage, price, out var cost))
            {
                return false;
            }

            record.InputCost = cost.Input;
            record.OutputCost = cost.Output;
        }

        // An error without usage is free on every meter, per-request ones too.
        var nothing = record.Status == RequestStatus.Error && usage is { InputTokens: 0, OutputTokens: 0 };
        var free = nothing || call.Target?.Endpoint.IsMetered != true || usage.Certainty == UsageCertainty.Unknown;
        return free || call.Identity.Meter is not { } meter || TryCharge(record, meter, usage);
    }

    private bool TryCharge(UsageRecord record, Meter meter, in Usage usage)
    {
        // Looked at before the position moves: what can't be charged must not use up tiers.
        if (!ChargeCalculator.TryCharge(meter, usage, record.Cost, 0, out _))
        {
            return false;
        }

        record.RateType = meter.RateType;
        record.TierType = meter.TierType;
        record.Units = ChargeCalculator.Units(meter, usage);
        record.UnitsBefore = record.CustomerId is { } customer ? positions.Advance(customer, meter.Id, record.CycleStart, record.Units) : 0;
        if (!ChargeCalculator.TryCharge(meter, usage, record.Cost, record.UnitsBefore, out var charge))
        {
            return false;
        }

        record.Charge = charge.Amount;
        record.Slices = charge.Slices;
        return true;
    }
}
