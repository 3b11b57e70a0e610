using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Pricing;

/// <summary>The provider's cost of a call, and the bound before it.</summary>
[MemoryDiagnoser]
public class CostBenchmark
{
    private ModelPrice _price = null!;

    [GlobalSetup]
    public void Setup()
    {
        var book = PriceCatalog.Shipped().On(new DateOnly(2026, 8, 21));
        _price = book.TryFind("openai", "gpt-5.4"u8, out var price)
            ? price
            : throw new InvalidOperationException("The model has no price.");
    }

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public ModelCost Cost() => CostCalculator.Cost(PricingSamples.Usage, _price);

    [Benchmark]
    public Money Highest() => CostCalculator.Highest(_price, 2_400, 16_384);
}
