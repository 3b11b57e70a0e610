using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class CostCalculatorTests
{
    private static readonly ModelPrice Sonnet = new()
    {
        Provider = "anthropic",
        Model = "sonnet",
        Input = Money.Parse("3"),
        Output = Money.Parse("15"),
        CachedInput = Money.Parse("0.3"),
        CacheWrite = Money.Parse("3.75"),
        CacheWrite1h = Money.Parse("6"),
        WebSearch1K = Money.Parse("10"),
        LongContextAbove = 200_000,
        LongInput = Money.Parse("6"),
        LongOutput = Money.Parse("22.5"),
        LongCachedInput = Money.Parse("0.6"),
        LongCacheWrite = Money.Parse("7.5"),
        LongCacheWrite1h = Money.Parse("12"),
    };

    private static readonly ModelPrice Omni = new()
    {
        Provider = "openai",
        Model = "omni",
        Input = Money.Parse("2"),
        Output = Money.Parse("8"),
        CachedInput = Money.Parse("0.5"),
        AudioInput = Money.Parse("32"),
        AudioOutput = Money.Parse("64"),
        ImageInput = Money.Parse("5"),
        ImageOutput = Money.Parse("40"),
        Reasoning = Money.Parse("10"),
    };

    [Fact]
    public void Cost_EveryKindOfInput_IsPricedOnce()
    {
        // 1000 × 3 + 5000 × 0.3 + 2500 × 3.75 + 1500 × 6 = 22,875 millionths of a dollar; 200 × 15 = 3,000.
        var usage = new Usage
        {
            InputTokens = 10_000,
            CachedInputTokens = 5_000,
            CacheWriteInputTokens = 4_000,
            CacheWrite1hInputTokens = 1_500,
            OutputTokens = 200,
        };
        Assert.Equal(new ModelCost(Money.Parse("0.022875"), Money.Parse("0.003")), CostCalculator.Cost(usage, Sonnet));
    }

    [Fact]
    public void Cost_AudioImagesAndReasoning_HaveTheirOwnPrices()
    {
        // In: 60 × 2 + 10 × 0.5 + 20 × 32 + 10 × 5 = 815. Out: 10 × 8 + 20 × 64 + 30 × 40 + 40 × 10 = 2,960.
        var usage = new Usage
        {
            InputTokens = 100,
            CachedInputTokens = 10,
            AudioInputTokens = 20,
            ImageInputTokens = 10,
            OutputTokens = 100,
            AudioOutputTokens = 20,
            ImageOutputTokens = 30,
            ReasoningOutputTokens = 40,
        };
        Assert.Equal(new ModelCost(Money.Parse("0.000815"), Money.Parse("0.00296")), CostCalculator.Cost(usage, Omni));
    }

    [Theory]
    [InlineData(200_000, "0.6", "0.0015")]
    [InlineData(200_001, "1.200006", "0.00225")]
    public void Cost_LongContext_StepsOnTheTotalInput(long input, string inputCost, string outputCost)
    {
        var usage = new Usage { InputTokens = input, OutputTokens = 100 };
        Assert.Equal(new ModelCost(Money.Parse(inputCost), Money.Parse(outputCost)), CostCalculator.Cost(usage, Sonnet));
    }

    [Fact]
    public void Cost_LongContext_CountsCachedTokensTowardsTheStep()
    {
        // 1 × 6 + 200,000 × 0.6 + 100,000 × 12.
        var usage = new Usage
        {
            InputTokens = 300_001,
            CachedInputTokens = 200_000,
            CacheWriteInputTokens = 100_000,
            CacheWrite1hInputTokens = 100_000,
        };
        Assert.Equal(Money.Parse("1.320006"), CostCalculator.Cost(usage, Sonnet).Input);
    }

    [Fact]
    public void Cost_LongContextWithoutAPriceForTheKind_TakesTheLarger()
    {
        var price = Omni with { LongContextAbove = 10, LongInput = Money.Parse("4"), LongOutput = Money.Parse("9") };

        // Cached has no long price: 4, not 0.5. Audio stays 32. Reasoning stays 10, output is 9.
        var usage = new Usage { InputTokens = 100, CachedInputTokens = 50, AudioInputTokens = 50, OutputTokens = 20 };
        usage.ReasoningOutputTokens = 10;
        Assert.Equal(new ModelCost(Money.Parse("0.0018"), Money.Parse("0.00019")), CostCalculator.Cost(usage, price));
    }

    [Fact]
    public void Cost_KindsOverlap_NeverPricesATokenTwice()
    {
        // 100 tokens, 80 of them cached, all audio: 80 cached, 20 audio, no text.
        var usage = new Usage { InputTokens = 100, CachedInputTokens = 80, AudioInputTokens = 100, ImageInputTokens = 100 };
        Assert.Equal(Money.Parse("0.00068"), CostCalculator.Cost(usage, Omni).Input);
    }

    [Fact]
    public void Cost_SubsetsAboveTheTotal_StayWithinIt()
    {
        var usage = new Usage
        {
            InputTokens = 10,
            CachedInputTokens = 50,
            CacheWriteInputTokens = 50,
            CacheWrite1hInputTokens = 500,
            OutputTokens = 10,
            ReasoningOutputTokens = 1_000,
        };
        Assert.Equal(new ModelCost(Money.Parse("0.000003"), Money.Parse("0.00015")), CostCalculator.Cost(usage, Sonnet));
    }

    [Fact]
    public void Cost_NegativeCounts_AreNothing()
    {
        var usage = new Usage { InputTokens = -5, OutputTokens = 10, ReasoningOutputTokens = -5, WebSearches = -1, CachedInputTokens = -7 };
        Assert.Equal(new ModelCost(Money.Zero, Money.Parse("0.00015")), CostCalculator.Cost(usage, Sonnet));
    }

    [Fact]
    public void Cost_WebSearches_CountAsOutput()
    {
        var usage = new Usage { InputTokens = 0, OutputTokens = 1, WebSearches = 3 };
        Assert.Equal(new ModelCost(Money.Zero, Money.Parse("0.030015")), CostCalculator.Cost(usage, Sonnet));
        Assert.Equal(Money.Parse("0.000008"), CostCalculator.Cost(usage, Omni).Total);
    }

    [Fact]
    public void Cost_FractionsOfAUnit_AreRoundedUpOnceForAll()
    {
        // A third price below a unit per token: 0.4 units each way. Rounded apart they would cost two units, together one.
        var price = Omni with { Input = new Money(400_000), Output = new Money(400_000) };
        Assert.Equal(new ModelCost(new Money(1), Money.Zero), CostCalculator.Cost(new Usage { InputTokens = 1, OutputTokens = 1 }, price));
        Assert.Equal(new ModelCost(Money.Zero, new Money(1)), CostCalculator.Cost(new Usage { OutputTokens = 1 }, price));
    }

    [Fact]
    public void TryCost_LargestCounts_FitAtRealPrices()
    {
        var usage = new Usage { InputTokens = Usage.MaxCount, OutputTokens = Usage.MaxCount };
        Assert.True(CostCalculator.TryCost(usage, Sonnet, out var cost));
        Assert.Equal(Money.FromDollars(28_500_000), cost.Total);
    }

    [Fact]
    public void TryCost_BeyondMoney_IsFalse()
    {
        var usage = new Usage { InputTokens = Usage.MaxCount, OutputTokens = Usage.MaxCount, WebSearches = Usage.MaxCount };
        var dear = Sonnet with { LongInput = Money.MaxValue, LongOutput = Money.MaxValue, WebSearch1K = Money.MaxValue };
        Assert.False(CostCalculator.TryCost(usage, dear, out _));
        Assert.False(CostCalculator.TryCost(new Usage { InputTokens = Usage.MaxCount + 1 }, Sonnet, out _));
        Assert.Throws<OverflowException>(() => CostCalculator.Cost(usage, dear));
        Assert.Equal(Money.MaxValue, CostCalculator.Highest(dear, new CallBounds(Usage.MaxCount, Usage.MaxCount)));
        Assert.Equal(Money.MaxValue, CostCalculator.Highest(Sonnet, new CallBounds(long.MaxValue, 0)));
    }

    [Theory]
    [InlineData(1_000, 100, "0.0075")] // 6 for an hour's cache write, 15 out
    [InlineData(200_001, 100, "2.402262")] // 12 and 22.5 above the step
    public void Highest_Text_TakesTheDearestPrices(long input, long output, string highest) =>
        Assert.Equal(Money.Parse(highest), CostCalculator.Highest(Sonnet, new CallBounds(input, output)));

    [Theory]
    [InlineData(Modalities.Text, "0.0084")] // 1000 × 2 + 100 × 64: the model may answer with audio unasked
    [InlineData(Modalities.Image, "0.0114")]
    [InlineData(Modalities.Audio, "0.0384")]
    [InlineData(Modalities.Audio | Modalities.Image, "0.0384")]
    public void Highest_Modalities_CountOnlyWhereTheInputMayCarryThem(Modalities modalities, string highest) =>
        Assert.Equal(Money.Parse(highest), CostCalculator.Highest(Omni, new CallBounds(1_000, 100, modalities)));

    [Fact]
    public void Cost_AnyUsageWithinBounds_IsAtMostTheHighestAndSumsExactly()
    {
        var random = new PricingRandom(11);
        for (var i = 0; i < 20_000; i++)
        {
            var price = random.Price();
            var usage = random.Usage();
            var cost = CostCalculator.Cost(usage, price);
            var highest = CostCalculator.Highest(price, random.Bounds(usage));
            Assert.True(cost.Input >= Money.Zero && cost.Output >= Money.Zero, $"case {i}");
            Assert.True(cost.Total <= highest, $"case {i}: {cost.Total} > {highest}");
        }
    }

    [Fact]
    public void Cost_Repeated_AllocatesNothing()
    {
        var usage = new Usage { InputTokens = 1_000, CachedInputTokens = 300, OutputTokens = 100, WebSearches = 1 };
        Assert.Equal(0, Allocations.Least(() =>
        {
            _ = CostCalculator.Cost(usage, Sonnet);
            _ = CostCalculator.Highest(Sonnet, new CallBounds(1_000, 1_000));
        }));
    }
}
