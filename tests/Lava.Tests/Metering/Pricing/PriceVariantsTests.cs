using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class PriceVariantsTests
{
    private static readonly ModelPrice Row = new()
    {
        Provider = "p",
        Model = "m",
        Input = Money.Parse("3"),
        Output = Money.Parse("15"),
        CachedInput = Money.Parse("0.3"),
        CacheWrite1h = Money.Parse("6"),
        AudioInput = Money.Parse("32"),
        ImageOutput = Money.Parse("40"),
        Reasoning = Money.Parse("20"),
        WebSearch1K = Money.Parse("10"),
        Request = Money.Parse("0.01"),
        Image = Money.Parse("0.04"),
        LongContextAbove = 200_000,
        LongInput = Money.Parse("6"),
        LongOutput = Money.Parse("22.5"),
        Tiers =
        [
            new TierPrice(ServiceTier.Batch, Money.Parse("1.5"), Money.Parse("7.5")),
            new TierPrice(ServiceTier.Priority, Money.Parse("5"), Money.Parse("30"), Money.Parse("0.6")),
        ],
        RegionalFactor = 11_000,
    };

    private static ModelPrice InBook(ModelPrice row) =>
        PriceBook.Create(1, [row]).TryFind("p", "m"u8, out var price) ? price : throw new InvalidOperationException();

    [Fact]
    public void At_Tier_ScalesEachSideByItsOwnRatio()
    {
        var batch = InBook(Row).At(ServiceTier.Batch, false);
        Assert.Equal((Money.Parse("1.5"), Money.Parse("7.5")), (batch.Input, batch.Output));
        Assert.Equal((Money.Parse("0.15"), Money.Parse("3")), (batch.CachedInput, batch.CacheWrite1h));
        Assert.Equal((Money.Parse("16"), Money.Parse("20")), (batch.AudioInput, batch.ImageOutput));
        Assert.Equal((Money.Parse("3"), Money.Parse("11.25")), (batch.LongInput, batch.LongOutput));
        Assert.Equal(Money.Parse("10"), batch.Reasoning);
        Assert.Null(batch.CacheWrite);
        Assert.Equal((Row.WebSearch1K, Row.Request, Row.Image), (batch.WebSearch1K, batch.Request, batch.Image));
        Assert.Equal(200_000, batch.LongContextAbove);
    }

    [Fact]
    public void At_RatioThatDoesNotEnd_IsRoundedUpOnce()
    {
        // 32 × 5/3 = 53.333…, and in the region 32 × 5/3 × 1.1 = 58.666…, not 1.1 times the rounded one.
        var price = InBook(Row);
        Assert.Equal(Money.Parse("53.3333333334"), price.At(ServiceTier.Priority, false).AudioInput);
        Assert.Equal(Money.Parse("58.6666666667"), price.At(ServiceTier.Priority, true).AudioInput);
    }

    [Fact]
    public void At_CachedPriceOfTheTier_TakesThePlaceOfTheRatio()
    {
        var price = InBook(Row);
        Assert.Equal(Money.Parse("0.6"), price.At(ServiceTier.Priority, false).CachedInput);
        Assert.Equal(Money.Parse("0.66"), price.At(ServiceTier.Priority, true).CachedInput);
    }

    [Fact]
    public void At_Region_ScalesAllButSearchesAndFees()
    {
        var price = InBook(Row).At(ServiceTier.Standard, true);
        Assert.Equal((Money.Parse("3.3"), Money.Parse("16.5")), (price.Input, price.Output));
        Assert.Equal((Money.Parse("0.044"), Money.Parse("24.75")), (price.Image, price.LongOutput));
        Assert.Equal((Row.WebSearch1K, Row.Request), (price.WebSearch1K, price.Request));
    }

    [Fact]
    public void At_NoPriceForTheTier_IsTheUsualOne()
    {
        var price = InBook(Row);
        Assert.Same(price, price.At(ServiceTier.Standard, false));
        Assert.Same(price, price.At(ServiceTier.Flex, false));
        Assert.Same(price.At(ServiceTier.Standard, true), price.At(ServiceTier.Flex, true));
        Assert.Same(price, price.At((ServiceTier)200, false));
        var plain = InBook(Row with { Tiers = [], RegionalFactor = null });
        Assert.Same(plain, plain.At(ServiceTier.Batch, true));
    }

    [Fact]
    public void At_Repeated_AllocatesNothing()
    {
        var price = InBook(Row);
        Assert.Equal(0, Allocations.Least(() => price.At(ServiceTier.Priority, true)));
    }

    [Fact]
    public void TryFind_NameOfAGeography_IsTheRegionsPriceWhateverTheAnswerSays()
    {
        var book = PriceBook.Create(1, [Row with { Model = "anthropic.claude-x-20250929-v1:0" }]);
        Assert.True(book.TryFind("p", "us.anthropic.claude-x-20250929-v1:0"u8, out var us));
        Assert.True(book.TryFind("p", "global.anthropic.claude-x-20250929-v1:0"u8, out var global));
        Assert.Equal(Money.Parse("3.3"), us.Input);
        Assert.Equal(Money.Parse("3.3"), us.At(ServiceTier.Standard, false).Input);
        Assert.Equal(Money.Parse("1.65"), us.At(ServiceTier.Batch, false).Input);
        Assert.Equal(Money.Parse("3"), global.Input);
        Assert.Equal(Money.Parse("3.3"), global.At(ServiceTier.Standard, true).Input);
    }

    [Fact]
    public void CreateCeiling_AnyUsage_CostsTheCeiling()
    {
        var price = ModelPrice.CreateCeiling("p", Money.Parse("10"), Money.Parse("40"));
        var usage = new Usage { InputTokens = 1_000, CachedInputTokens = 900, AudioInputTokens = 50, OutputTokens = 100 };
        Assert.Equal(new ModelCost(Money.Parse("0.01"), Money.Parse("0.004")), CostCalculator.Cost(usage, price));
        Assert.Equal((1_000_000, 128_000), (price.ContextWindow, price.MaxOutput));
        Assert.Same(price, price.At(ServiceTier.Priority, true));
    }
}
