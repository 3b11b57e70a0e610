using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Pricing;

/// <summary>The customer's charge of a call, the bound before it, and the step through the tiers.</summary>
[MemoryDiagnoser]
public class ChargeBenchmark
{
    private static readonly Money Cost = Money.Parse("0.0123");
    private readonly Meter _oneTier = PricingSamples.Meter(RateType.Percentage, PricingSamples.Tier(0, "0.20"));
    private readonly Meter _threeTiers = PricingSamples.Meter(
        RateType.Fixed, PricingSamples.Tier(0, "5"), PricingSamples.Tier(1_000, "3"), PricingSamples.Tier(2_000, "1"));

    private readonly MeterPositions _positions = new();
    private readonly DateOnly _cycle = new(2026, 8, 1);

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public Charge PercentageInOneTier() => ChargeCalculator.Charge(_oneTier, PricingSamples.Usage, Cost, 5_000);

    [Benchmark]
    public Charge FixedOverThreeTiers() => ChargeCalculator.Charge(_threeTiers, PricingSamples.Usage, Cost, 0);

    [Benchmark]
    public Money Highest() => ChargeCalculator.Highest(_threeTiers, Cost, 2_400, 16_384, 0, 0);

    [Benchmark]
    public long Advance() => _positions.Advance(Guid.Empty, Guid.Empty, _cycle, 2_750);
}
