using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Pricing;

/// <summary>A model's price by the bytes of its name.</summary>
[MemoryDiagnoser]
public class PriceLookupBenchmark
{
    private PriceBook _book = null!;

    [GlobalSetup]
    public void Setup() => _book = PriceCatalog.Shipped().On(new DateOnly(2026, 8, 21));

    [Benchmark(Baseline = true)]
    public ModelPrice? Exact() => _book.TryFind("openai", "gpt-4o-mini"u8, out var price) ? price : null;

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public ModelPrice? DatedSnapshot() => _book.TryFind("openai", "gpt-4o-mini-2024-07-18"u8, out var price) ? price : null;

    [Benchmark]
    public ModelPrice? Unknown() => _book.TryFind("openai", "no-such-model"u8, out var price) ? price : null;
}
