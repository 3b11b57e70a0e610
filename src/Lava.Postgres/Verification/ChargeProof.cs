using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Postgres.Verification;

/// <summary>
/// Charges a recorded call again with the calculator that charged it. A meter may have been changed since, but the record keeps the tiers
/// that it fell into: where the meter of today gives something else, they stand for the meter of then.
/// </summary>
public static class ChargeProof
{
    private static readonly BaseCostPayer[] Payers = [BaseCostPayer.Wallet, BaseCostPayer.Merchant];
    private static readonly TokenBasis[] Bases = [TokenBasis.InputAndOutput, TokenBasis.Output];

    /// <summary>Does this meter charge exactly what the record says, slice by slice?</summary>
    public static bool IsBy(Meter meter, UsageRecord record) => Calculate(meter, record) is { } charge && Matches(record, charge);

    /// <summary>Did its own tiers make the charge? Who bears the cost and which tokens count is not in it: either may be.</summary>
    public static bool IsByItsSlices(UsageRecord record) => record.Slices.Length == 0
        ? record.Charge == Money.Zero && record.Units == 0
        : Payers.Any(payer => IsByItsSlices(record, payer));

    /// <summary>Did its own tiers make the charge, where the cost was borne so: is it in the charge or beside it?</summary>
    public static bool IsByItsSlices(UsageRecord record, BaseCostPayer payer) =>
        record.Slices.Length > 0 && Bases.Any(basis => IsBy(MeterOf(record, payer, basis), record));

    /// <summary>What the record should say, for people: as a meter of its kind is usually made.</summary>
    public static string Expected(UsageRecord record)
    {
        var meter = MeterOf(record, MeterRules.DefaultBaseCostPayer(record.RateType), TokenBasis.InputAndOutput);
        return record.Slices.Length > 0 && Calculate(meter, record) is { } charge ? Text(charge.Amount, charge.Units, charge.Slices) : "0";
    }

    /// <summary>What the record says.</summary>
    public static string Found(UsageRecord record) => Text(record.Charge, record.Units, record.Slices);

    private static string Text(Money amount, long units, ChargeSlice[] slices)
    {
        var sum = slices.Aggregate(Money.Zero, (sum, slice) => sum + slice.Cost);
        return sum == amount ? $"{amount} for {units} units" : $"{amount} for {units} units, in slices {sum}";
    }

    private static Charge? Calculate(Meter meter, UsageRecord record) =>
        ChargeCalculator.TryCharge(meter, record.Usage, record.Cost, record.UnitsBefore, out var charge) ? charge : null;

    private static bool Matches(UsageRecord record, in Charge charge) =>
        record.Charge == charge.Amount && record.Units == charge.Units && record.Slices.AsSpan().SequenceEqual(charge.Slices);

    private static Meter MeterOf(UsageRecord record, BaseCostPayer payer, TokenBasis basis)
    {
        // What lies before the first slice had tiers too. One of them is enough: a call that begins in it fell elsewhere than recorded.
        var tiers = Array.ConvertAll(record.Slices, slice => new MeterTier(slice.TierStart, slice.TierRate));
        return new Meter
        {
            Id = record.MeterId ?? default,
            MerchantId = record.MerchantId,
            Slug = "",
            RateType = record.RateType,
            TierType = record.TierType,
            TokenBasis = basis,
            BaseCostPayer = payer,
            Tiers = tiers is [{ Start: > 0 }, ..] ? [new MeterTier(0, Money.Zero), .. tiers] : tiers,
        };
    }
}
