using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Pricing;

/// <summary>
/// The customer's charge of a call, in one tier and over four, the bound before it, and the step through the tiers. The end of a call
/// allocates its slices, which its record keeps; what a long stream says of itself every second uses them again.
/// </summary>
[MemoryDiagnoser]
public class ChargeBenchmark
{
    private static readonly Money Cost = Money.Parse("0.0123");
    private static readonly MeterTier[] FourTiers =
    [
        PricingSamples.Tier(0, "0.50"),
        PricingSamples.Tier(1_000, "0.30"),
        PricingSamples.Tier(2_000, "0.20"),
        PricingSamples.Tier(2_500, "0.10"),
    ];

    private readonly Meter _oneTier = PricingSamples.Meter(RateType.Percentage, PricingSamples.Tier(0, "0.20"));
    private readonly Meter _percentage = PricingSamples.Meter(RateType.Percentage, FourTiers);
    private readonly Meter _fixed = PricingSamples.Meter(RateType.Fixed, FourTiers);
    private readonly MeterPositions _positions = new();
    private readonly DateOnly _cycle = new(2026, 8, 1);
    private ChargeSlice[] _slices = [];

    [GlobalSetup]
    public void Setup()
    {
        _slices = PercentageOverFourTiers().Slices;
        if (_slices.Length != FourTiers.Length)
        {
            throw new InvalidOperationException($"The call is charged in {_slices.Length} tiers.");
        }
    }

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public Charge PercentageInOneTier() => ChargeCalculator.Charge(_oneTier, PricingSamples.Usage, Cost, 5_000);

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public Charge PercentageOverFourTiers() => ChargeCalculator.Charge(_percentage, PricingSamples.Usage, Cost, 0);

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public Money PercentageOverFourTiersAgain() =>
        ChargeCalculator.TryCharge(_percentage, PricingSamples.Usage, Cost, 0, _slices, out var charge) ? charge.Amount : Money.Zero;

    [Benchmark]
    public Charge FixedOverFourTiers() => ChargeCalculator.Charge(_fixed, PricingSamples.Usage, Cost, 0);

    [Benchmark]
    public Money Highest() => ChargeCalculator.Highest(_fixed, Cost, 2_400, 16_384, 0, 0);

    [Benchmark]
    public long Advance() => _positions.Advance(Guid.Empty, Guid.Empty, _cycle, 2_750);
}
