using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres.Verification;

namespace Lava.Tests.Postgres.Verification;

/// <summary>What the calculator charged is proven, whatever has become of the meter; what was changed afterwards is not.</summary>
public sealed class ChargeProofTests
{
    private const int Records = 3_000;

    public static TheoryData<string> Fields => ["charge", "slice cost", "slice rate", "slice quantity", "slice start", "units", "usage"];

    [Fact]
    public void IsByItsSlices_WhatTheCalculatorCharged_IsProven() => ForEach((record, meter) =>
    {
        Assert.True(ChargeProof.IsBy(meter, record));
        Assert.True(ChargeProof.IsByItsSlices(record));
    });

    [Theory]
    [MemberData(nameof(Fields))]
    public void IsByItsSlices_AFieldChanged_IsNot(string field) => ForEach((record, meter) =>
    {
        if (record.Slices.Length == 0)
        {
            return;
        }

        var slice = record.Slices[^1];
        switch (field)
        {
            case "charge":
                record.Charge += new Money(1);
                break;
            case "slice cost":
                record.Slices[^1] = slice with { Cost = slice.Cost + new Money(1) };
                break;
            case "slice rate":
                record.Slices[^1] = slice with { TierRate = slice.TierRate + Money.FromDollars(1_000) };
                if (slice.Quantity == 0 || (meter.RateType == RateType.Percentage && record.Cost == Money.Zero))
                {
                    // Of nothing any rate makes nothing.
                    return;
                }

                break;
            case "slice quantity":
                record.Slices[^1] = slice with { Quantity = slice.Quantity + 1 };
                break;
            case "slice start":
                record.Slices[^1] = slice with { TierStart = long.MaxValue };
                break;
            case "units":
                record.Units++;
                break;
            case "usage":
                record.Usage = record.Usage with { OutputTokens = record.Usage.OutputTokens + 1_000_000 };
                if (meter.TierType != TierType.Tokens1M)
                {
                    return;
                }

                break;
        }

        Assert.False(ChargeProof.IsBy(meter, record));
        Assert.False(ChargeProof.IsByItsSlices(record));
    });

    [Fact]
    public void IsByItsSlices_NoMeter_ChargesNothing()
    {
        Assert.True(ChargeProof.IsByItsSlices(new UsageRecord()));
        Assert.False(ChargeProof.IsByItsSlices(new UsageRecord { Charge = new Money(1) }));
        Assert.False(ChargeProof.IsByItsSlices(new UsageRecord { Units = 1 }));
    }

    private static void ForEach(Action<UsageRecord, Meter> check)
    {
        var random = new Random(17);
        for (var i = 0; i < Records; i++)
        {
            var meter = MeterOf(random);
            var record = new UsageRecord
            {
                RateType = meter.RateType,
                TierType = meter.TierType,
                UnitsBefore = random.Next(5_000),
                InputCost = new Money(random.Next(2) * random.NextInt64(1_000_000_000)),
                Usage = new Usage
                {
                    InputTokens = random.Next(4_000),
                    OutputTokens = random.Next(3) * random.Next(2_000),
                    InputCharacters = random.Next(3_000),
                    OutputMicroseconds = random.NextInt64(10 * Rate.MicrosecondsPerMinute),
                },
            };
            var charge = ChargeCalculator.Charge(meter, record.Usage, record.Cost, record.UnitsBefore);
            (record.Charge, record.Units, record.Slices) = (charge.Amount, charge.Units, charge.Slices);
            check(record, meter);
        }
    }

    private static Meter MeterOf(Random random)
    {
        var rateType = (RateType)random.Next(2);
        var start = 0L;
        var tiers = new MeterTier[random.Next(1, 5)];
        for (var i = 0; i < tiers.Length; i++)
        {
            var dollars = rateType == RateType.Percentage ? 1 : 5;
            tiers[i] = new MeterTier(start, new Money(random.NextInt64(dollars * Money.UnitsPerDollar)));
            start += random.Next(1, 3_000);
        }

        return new Meter
        {
            Id = Guid.NewGuid(),
            MerchantId = Guid.NewGuid(),
            Slug = "",
            RateType = rateType,
            TierType = (TierType)random.Next(4),
            TokenBasis = (TokenBasis)random.Next(2),
            BaseCostPayer = (BaseCostPayer)random.Next(2),
            Tiers = tiers,
        };
    }
}
