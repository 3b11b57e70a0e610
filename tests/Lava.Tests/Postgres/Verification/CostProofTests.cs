using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres.Verification;

namespace Lava.Tests.Postgres.Verification;

public sealed class CostProofTests
{
    private const string Rows =
        "openai m 2026-01-01 input=1 output=2 request=0.5 batch_in=0.5 batch_out=1 regional=1.1 context=1000 max_output=100 source=s\n"
        + "openai advisor 2026-01-01 input=10 output=20 context=1000 max_output=100 source=s\n";

    private static readonly PriceCatalog Catalog = PriceCatalog.Parse($"version 3\n{Rows}", "f");

    private static UsageRecord Record() => new()
    {
        Provider = "openai",
        Model = "m",
        PriceVersion = 3,
        CreatedAtMicros = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000,
        Status = RequestStatus.Completed,
        Usage = new Usage { InputTokens = 1_000_000, OutputTokens = 1_000_000, Certainty = UsageCertainty.Exact },
    };

    private static UsageRecord Priced(Action<UsageRecord> change)
    {
        var record = Record();
        change(record);
        var book = Catalog.On(new DateOnly(2026, 3, 1));
        Assert.True(book.TryFind("openai", "m"u8, out var price));
        Assert.True(CallCost.TryCost(record, price, book, out var cost));
        (record.InputCost, record.OutputCost) = (cost.Input, cost.Output);
        return record;
    }

    [Theory]
    [InlineData(ServiceTier.Standard, false, "1", "2.5")]
    [InlineData(ServiceTier.Batch, false, "0.5", "1.5")]
    [InlineData(ServiceTier.Batch, true, "0.55", "1.6")]
    public void Recompute_TierAndRegionOfTheRecord_AreWhatItIsPricedBy(ServiceTier tier, bool isRegional, string input, string output)
    {
        var record = Record();
        (record.ServiceTier, record.IsRegional) = (tier, isRegional);
        Assert.Equal(new ModelCost(Money.Parse(input), Money.Parse(output)), new CostProof(Catalog).Recompute(record));
    }

    [Fact]
    public void Recompute_SeveralModels_EachByItsRow()
    {
        var record = Record();
        record.ByModel = [new ModelUsage("m", new Usage { InputTokens = 1 }), new ModelUsage("advisor", new Usage { InputTokens = 1 })];
        Assert.Equal(new ModelCost(Money.Parse("0.000011"), Money.Parse("0.5")), new CostProof(Catalog).Recompute(record));
    }

    [Fact]
    public void Recompute_NothingUsedAndNothingCharged_IsFree()
    {
        var record = Record();
        record.Usage = new Usage { Certainty = UsageCertainty.Exact, Reason = (UsageReason)1 };
        Assert.Equal(default(ModelCost), new CostProof(Catalog).Recompute(record));
        record.OutputCost = Money.Parse("0.5");
        Assert.Equal(new ModelCost(Money.Zero, Money.Parse("0.5")), new CostProof(Catalog).Recompute(record));
        record.OutputCost = Money.Parse("0.4");
        Assert.False(CostProof.Matches(record, new CostProof(Catalog).Recompute(record)!.Value));
    }

    [Fact]
    public void Recompute_ChangedPrices_NeverRewriteThePast()
    {
        var record = Priced(record => record.ServiceTier = ServiceTier.Batch);
        var bytes = new byte[UsageRecordCodec.MaxSize(record)];
        var kept = UsageRecordCodec.Decode(bytes.AsSpan(0, UsageRecordCodec.Encode(record, bytes)));

        // A new file with other prices: the record keeps its cost and the version that made it, and is not measured by the new one.
        var dearer = Catalog.With(PriceCatalog.Parse(
            "version 4\nopenai m 2026-01-01 input=7 output=8 context=1000 max_output=100 source=s\n", "own"));
        Assert.Equal((3, Money.Parse("2")), (kept.PriceVersion, kept.Cost));
        Assert.Null(new CostProof(dearer).Recompute(kept));
        Assert.True(CostProof.Matches(kept, new CostProof(Catalog).Recompute(kept)!.Value));

        // The same file with a later row: calls before that day cost what they did.
        var announced = PriceCatalog.Parse(
            $"version 3\n{Rows}openai m 2026-06-01 input=7 output=8 context=1000 max_output=100 source=s\n", "f");
        Assert.True(CostProof.Matches(kept, new CostProof(announced).Recompute(kept)!.Value));
        kept.CreatedAtMicros = new DateTimeOffset(2026, 6, 2, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000;
        Assert.False(CostProof.Matches(kept, new CostProof(announced).Recompute(kept)!.Value));
    }

    [Fact]
    public void Recompute_EstimatedWhereNothingWasTold_IsPricedAsItWasCharged()
    {
        var record = Priced(record => record.Usage = record.Usage with { Certainty = UsageCertainty.Unknown, Reason = UsageReason.Absurd });
        Assert.True(record.Cost > Money.Zero);
        Assert.Equal(new ModelCost(record.InputCost, record.OutputCost), new CostProof(Catalog).Recompute(record));
    }

    [Theory]
    [InlineData(JobState.Running)]
    [InlineData(JobState.Failed)]
    public void Recompute_JobThatIsNotBilled_IsFreeWhateverItsBeginningSaid(JobState state)
    {
        var record = Record();
        record.Job = state;
        Assert.Equal(default(ModelCost), new CostProof(Catalog).Recompute(record));
        record.OutputCost = Money.Parse("0.1");
        Assert.False(CostProof.Matches(record, new CostProof(Catalog).Recompute(record)!.Value));
    }
}
