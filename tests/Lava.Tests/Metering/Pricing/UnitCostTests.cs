using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class UnitCostTests
{
    private static readonly ModelPrice Row = new()
    {
        Provider = "p",
        Model = "m",
        Image = Money.Parse("0.04"),
        InputCharacters = Money.Parse("15"),
        OutputCharacters = Money.Parse("30"),
        InputSecond = Money.Parse("0.0001"),
        OutputSecond = Money.Parse("0.1"),
        Page = Money.Parse("0.002"),
        WebSearch1K = Money.Parse("10"),
        MinInputMicroseconds = 10_000_000,
    };

    public static TheoryData<Usage, string, string> Cases => new()
    {
        { new Usage { Images = 2 }, "0", "0.08" },
        { new Usage { InputCharacters = 45 }, "0.000675", "0" },
        { new Usage { OutputCharacters = 45 }, "0", "0.00135" },
        { new Usage { InputMicroseconds = 37_000_000 }, "0.0037", "0" },
        { new Usage { InputMicroseconds = 1 }, "0.001", "0" },
        { new Usage { InputMicroseconds = 10_000_001 }, "0.0010000001", "0" },
        { new Usage { OutputMicroseconds = 5_746_000 }, "0", "0.5746" },
        { new Usage { Pages = 3 }, "0.006", "0" },
        { new Usage { WebSearches = 2 }, "0", "0.02" },
        { new Usage { InputTokens = 1_000, OutputTokens = 1_000 }, "0", "0" },
        { new Usage { Images = -2, Pages = -1, InputMicroseconds = -1, InputCharacters = -1, ProviderMicrounits = -1 }, "0", "0" },
        { new Usage { Pages = 1, InputCharacters = 1, Images = 1, OutputMicroseconds = 1_000_000 }, "0.002015", "0.14" },
        { default, "0", "0" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cost_OneUnit_IsPricedOnItsSide(Usage usage, string input, string output) =>
        Assert.Equal(new ModelCost(Money.Parse(input), Money.Parse(output)), CostCalculator.Cost(usage, Row));

    [Fact]
    public void Cost_RequestFee_IsAddedOnce()
    {
        var row = Row with { Request = Money.Parse("0.006"), Input = Money.Parse("3"), Output = Money.Parse("15") };
        var usage = new Usage { InputTokens = 24, OutputTokens = 2_681 };
        Assert.Equal(new ModelCost(Money.Parse("0.000072"), Money.Parse("0.046215")), CostCalculator.Cost(usage, row));
        Assert.Equal(Money.Parse("0.006"), CostCalculator.Cost(default, row).Total);
    }

    [Theory]
    [InlineData(2_000_000, "0.016")]
    [InlineData(500_000, "0.004")]
    [InlineData(0, "0.05")]
    public void Cost_ProvidersOwnUnits_TakeThePlaceOfOtherUnitsAndTheFee(long micros, string cost)
    {
        var row = Row with { ProviderUnit = Money.Parse("0.008"), Request = Money.Parse("0.01") };
        var usage = new Usage { Images = 1, ProviderMicrounits = micros };
        Assert.Equal(Money.Parse(cost), CostCalculator.Cost(usage, row).Total);

        // Searches are not the same work.
        usage.WebSearches = 1;
        Assert.Equal(Money.Parse(cost) + Money.Parse("0.01"), CostCalculator.Cost(usage, row).Total);
    }

    [Fact]
    public void Cost_ProvidersOwnUnitsWithoutAPrice_LeaveTheOthers() =>
        Assert.Equal(Money.Parse("0.04"), CostCalculator.Cost(new Usage { Images = 1, ProviderMicrounits = 9_000_000 }, Row).Total);

    [Fact]
    public void Cost_CachedAudio_HasItsPriceAndIsNoAudioOnceMore()
    {
        var row = new ModelPrice
        {
            Provider = "p",
            Model = "m",
            Input = Money.Parse("4"),
            CachedInput = Money.Parse("0.5"),
            AudioInput = Money.Parse("32"),
            CachedAudioInput = Money.Parse("0.4"),
        };

        // 100 in: 60 cached, 40 of them audio; 70 audio in all. 20 × 0.5 + 40 × 0.4 + 30 × 32 + 10 × 4 = 1,026.
        var usage = new Usage { InputTokens = 100, CachedInputTokens = 60, CachedAudioInputTokens = 40, AudioInputTokens = 70 };
        Assert.Equal(Money.Parse("0.001026"), CostCalculator.Cost(usage, row).Input);

        // Without a price of its own it costs what cached input costs.
        Assert.Equal(Money.Parse("0.00103"), CostCalculator.Cost(usage, row with { CachedAudioInput = null }).Input);
    }

    [Fact]
    public void TryCost_UnitBeyondTheLargestCount_IsFalse()
    {
        Assert.False(CostCalculator.TryCost(new Usage { Images = Usage.MaxCount + 1 }, Row, out _));
        Assert.False(CostCalculator.TryCost(new Usage { ProviderMicrounits = long.MaxValue }, Row, out _));
        var dear = Row with { Image = Money.MaxValue, Page = Money.MaxValue, ProviderUnit = Money.MaxValue, WebSearch1K = Money.MaxValue };
        var most = new Usage { Images = Usage.MaxCount, Pages = Usage.MaxCount, WebSearches = Usage.MaxCount };
        Assert.False(CostCalculator.TryCost(most, dear, out _));
        Assert.Equal(Money.MaxValue, CostCalculator.Highest(dear, new CallBounds(0, 0, Images: Usage.MaxCount, Pages: Usage.MaxCount)));
        Assert.Equal(Money.MaxValue, CostCalculator.Highest(Row, new CallBounds(0, 0, Images: long.MaxValue)));
    }

    [Fact]
    public void Highest_Units_AreTheLargerOfTheTwoWaysToCount()
    {
        var row = Row with { ProviderUnit = Money.Parse("0.008"), Request = Money.Parse("0.01") };
        Assert.Equal(Money.Parse("0.05"), CostCalculator.Highest(row, new CallBounds(0, 0, Images: 1, ProviderMicrounits: 2_000_000)));
        Assert.Equal(Money.Parse("0.08"), CostCalculator.Highest(row, new CallBounds(0, 0, Images: 1, ProviderMicrounits: 10_000_000)));
        Assert.Equal(Money.Parse("0.011"), CostCalculator.Highest(row, new CallBounds(0, 0, InputMicroseconds: 1)));
    }

    [Fact]
    public void Cost_Units_AllocateNothing()
    {
        var usage = new Usage { Images = 2, InputMicroseconds = 5, ProviderMicrounits = 7, WebSearches = 1 };
        Assert.Equal(0, Allocations.Least(() =>
        {
            _ = CostCalculator.Cost(usage, Row);
            _ = CostCalculator.Highest(Row, new CallBounds(1, 1, Images: 2));
        }));
    }
}
