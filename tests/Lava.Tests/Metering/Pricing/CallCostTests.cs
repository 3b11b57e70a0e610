using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class CallCostTests
{
    private static readonly PriceBook Book = PriceBook.Create(
        1,
        [
            new ModelPrice
            {
                Provider = "p",
                Model = "main",
                Input = Money.Parse("3"),
                Output = Money.Parse("15"),
                WebSearch1K = Money.Parse("10"),
                Request = Money.Parse("0.001"),
                LongContextAbove = 1_000,
                LongInput = Money.Parse("6"),
                LongOutput = Money.Parse("30"),
                Tiers = [new TierPrice(ServiceTier.Batch, Money.Parse("1.5"), Money.Parse("7.5"))],
            },
            new ModelPrice
            {
                Provider = "p",
                Model = "advisor",
                Input = Money.Parse("5"),
                Output = Money.Parse("25"),
                RegionalFactor = 11_000,
            },
            new ModelPrice { Provider = "q", Model = "other", Input = Money.Parse("100"), Output = Money.Parse("100") },
        ]);

    private static ModelPrice Main => Book.TryFind("p", "main"u8, out var price) ? price : throw new InvalidOperationException();

    private static ModelUsage Part(string model, long input, long output) =>
        new(model, new Usage { InputTokens = input, OutputTokens = output, WebSearches = 50, Images = 50 });

    private static ModelCost Cost(Usage usage, ServiceTier tier, bool isRegional, params ModelUsage[] parts)
    {
        Assert.True(CallCost.TryCost(usage, Main, tier, isRegional, parts, Book, out var cost));
        return cost;
    }

    [Fact]
    public void TryCost_OneModel_IsItsRowAtTheTier()
    {
        var usage = new Usage { InputTokens = 1_000, OutputTokens = 100 };
        Assert.Equal(new ModelCost(Money.Parse("0.003"), Money.Parse("0.0025")), Cost(usage, ServiceTier.Standard, false));
        Assert.Equal(new ModelCost(Money.Parse("0.0015"), Money.Parse("0.00175")), Cost(usage, ServiceTier.Batch, false));
    }

    [Fact]
    public void TryCost_SeveralModels_EachCostsItsOwnPriceAndTheRestOnce()
    {
        // 900 × 3 + 500 × 5 in; 100 × 15 + 20 × 25, two searches and the call's fee out. No part is above the step, though the sum is.
        var usage = new Usage { InputTokens = 1_400, OutputTokens = 120, WebSearches = 2 };
        var cost = Cost(usage, ServiceTier.Standard, false, Part("main", 900, 100), Part("advisor", 500, 20));
        Assert.Equal(new ModelCost(Money.Parse("0.0052"), Money.Parse("0.023")), cost);
    }

    [Fact]
    public void TryCost_SeveralModels_EachAtTheCallsTierAndRegion()
    {
        var cost = Cost(default, ServiceTier.Batch, true, Part("main", 900, 0), Part("advisor", 500, 0));
        Assert.Equal(Money.Parse("0.0041"), cost.Input); // 900 × 1.5 + 500 × 5.5
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("other")] // another provider's
    [InlineData("")]
    public void TryCost_ModelWithoutARow_CostsTheAnsweringModelsPrice(string model) =>
        Assert.Equal(Money.Parse("0.0015"), Cost(default, ServiceTier.Standard, false, Part(model, 500, 0)).Input);

    [Fact]
    public void TryCost_NameBeyondTheLimit_CostsTheAnsweringModelsPrice() =>
        Assert.Equal(Money.Parse("0.0015"), Cost(default, ServiceTier.Standard, false, Part(new string('é', 200), 500, 0)).Input);

    [Fact]
    public void TryCost_FractionsOfParts_AreRoundedUpOnce()
    {
        var row = new ModelPrice { Provider = "p", Model = "m", Input = new Money(300_000) };
        ModelUsage[] parts = [Part("m", 1, 0), Part("n", 1, 0), Part("o", 1, 0)];
        Assert.True(CallCost.TryCost(default, row, default, false, parts, PriceBook.Empty, out var cost));
        Assert.Equal(new Money(1), cost.Total);
    }

    [Fact]
    public void TryCost_PartOrWholeBeyondTheLargestCount_IsFalse()
    {
        Assert.False(CallCost.TryCost(default, Main, default, false, [Part("main", Usage.MaxCount + 1, 0)], Book, out _));
        Assert.False(CallCost.TryCost(new Usage { Images = long.MaxValue }, Main, default, false, [Part("main", 1, 0)], Book, out _));
        Assert.False(CallCost.TryCost(default, Main, default, false, new ModelUsage[100_000], Book, out _));
    }

    [Fact]
    public void TryCost_Record_UsesItsTierRegionAndModels()
    {
        var record = new UsageRecord
        {
            Usage = new Usage { InputTokens = 500 },
            ServiceTier = ServiceTier.Batch,
            IsRegional = true,
            ByModel = [Part("advisor", 500, 0)],
        };
        Assert.True(CallCost.TryCost(record, Main, Book, out var cost));
        Assert.Equal(Money.Parse("0.00275"), cost.Input);
    }

    [Fact]
    public void TryCost_SeveralModels_AllocatesNothing()
    {
        ModelUsage[] parts = [Part("main", 900, 100), Part("advisor", 500, 20)];
        var price = Main;
        Assert.Equal(0, Allocations.Least(() => CallCost.TryCost(default, price, ServiceTier.Batch, true, parts, Book, out _)));
    }
}
