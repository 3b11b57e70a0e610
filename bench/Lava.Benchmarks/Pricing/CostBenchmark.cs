using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Pricing;

/// <summary>The provider's cost of a call, and the bound before it.</summary>
[MemoryDiagnoser]
public class CostBenchmark
{
    private ModelPrice _price = null!;
    private ModelPrice _transcription = null!;

    [GlobalSetup]
    public void Setup()
    {
        var book = PriceCatalog.Shipped().On(new DateOnly(2026, 8, 21));
        _price = Find(book, "gpt-5.4"u8);
        _transcription = Find(book, "whisper-1"u8);
    }

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public ModelCost Cost() => CostCalculator.Cost(PricingSamples.Usage, _price);

    [Benchmark]
    public Money Highest() => CostCalculator.Highest(_price, new CallBounds(2_400, 16_384));

    [Benchmark]
    public Money HighestOfPriority() =>
        HoldEstimate.Highest(_price, null, new CallBounds(2_400, 16_384, ServiceTier: ServiceTier.Priority), 0);

    [Benchmark]
    public ModelCost Transcription() => CostCalculator.Cost(PricingSamples.Transcription, _transcription);

    private static ModelPrice Find(PriceBook book, ReadOnlySpan<byte> model) =>
        book.TryFind("openai", model, out var price) ? price : throw new InvalidOperationException("The model has no price.");
}
