using FsCheck;
using FsCheck.Fluent;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

/// <summary>A cost's lines against the calculator that keeps none.</summary>
public sealed class CostLinesTests
{
    private const int Runs = 5_000;
    private static readonly PriceCatalog Shipped = PriceCatalog.Shipped();
    private static readonly PriceHistory History = new(Shipped);
    private static readonly DateOnly[] Days = [.. Shipped.Rows.Select(row => row.Since).Distinct()];

    [Fact]
    public void Of_AnyCallOfTheShippedPrices_SumsToItsCost()
    {
        var counts = Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 500), Gen.Choose(0, 3_000_000));
        var usages = from values in counts.ArrayOf(19) select UsageOf(values);
        var calls = from row in Gen.Choose(0, Shipped.Rows.Count - 1)
                    from day in Gen.Elements(Days)
                    from tier in Gen.Elements(Enum.GetValues<ServiceTier>())
                    from isRegional in Gen.Elements(false, true)
                    from usage in usages
                    from parts in PartsOf(row, usages)
                    select (row, day, Record(row, day, tier, isRegional, usage, parts));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(Arb.From(calls), call => Compare(call.row, call.day, call.Item3)));
    }

    [Fact]
    public void Of_EveryKindOfToken_IsInTheCalculatorsOrder()
    {
        var price = new ModelPrice
        {
            Provider = "p",
            Model = "m",
            Input = Money.Parse("3"),
            Output = Money.Parse("15"),
            CachedInput = Money.Parse("0.3"),
            CacheWrite1h = Money.Parse("6"),
            WebSearch1K = Money.Parse("10"),
            Request = Money.Parse("0.01"),
            InputSecond = Money.Parse("0.0001"),
            MinInputMicroseconds = 10_000_000,
        };
        var record = new UsageRecord
        {
            Usage = new Usage
            {
                InputTokens = 1_000,
                CachedInputTokens = 600,
                CacheWriteInputTokens = 300,
                CacheWrite1hInputTokens = 100,
                OutputTokens = 7,
                ReasoningOutputTokens = 5,
                WebSearches = 2,
                InputMicroseconds = 1,
            },
        };

        var lines = CostLines.Of(record, price, PriceBook.Create(1, [price]));

        Assert.Equal(
            [
                new CostLine(CostKind.Input, null, 100, Money.Parse("3"), 1_000_000),
                new CostLine(CostKind.CachedInput, null, 600, Money.Parse("0.3"), 1_000_000),
                new CostLine(CostKind.CacheWrite, null, 200, Money.Parse("3"), 1_000_000),
                new CostLine(CostKind.CacheWrite1h, null, 100, Money.Parse("6"), 1_000_000),
                new CostLine(CostKind.Output, null, 2, Money.Parse("15"), 1_000_000),
                new CostLine(CostKind.Reasoning, null, 5, Money.Parse("15"), 1_000_000),
                new CostLine(CostKind.InputTime, null, 10_000_000, Money.Parse("0.0001"), 1_000_000),
                new CostLine(CostKind.Request, null, 1, Money.Parse("0.01"), 1),
                new CostLine(CostKind.WebSearches, null, 2, Money.Parse("10"), 1_000),
            ],
            lines);
        Assert.Equal([true, true, true, true, false, false, true, false, false], lines.Select(line => line.IsInput));

        // 300 + 180 + 600 + 600 + 30 + 75 millionths of a dollar, 0.001, 0.01, 0.02.
        Assert.Equal(Money.Parse("0.032785"), CostLines.Total(lines));
        Assert.Equal(0, CostLines.RoundedUpBy([.. lines]));
    }

    [Fact]
    public void RoundedUpBy_PartsOfAUnit_IsWhatTheCostHasMore()
    {
        CostLine[] lines =
        [
            new(CostKind.Input, null, 1, new Money(400_000), 1_000_000), new(CostKind.Output, null, 1, new Money(700_000), 1_000_000),
        ];
        Assert.Equal((new Money(2), (Int128)900_000), (CostLines.Total(lines), CostLines.RoundedUpBy(lines)));
    }

    [Fact]
    public void RowOf_PriceOfARecord_IsTheFilesRowOfThatDay()
    {
        var catalog = PriceCatalog.Parse(
            "version 3\nopenai m 2026-01-01 input=1 output=2 regional=1.1 context=1000 max_output=100 source=old\n"
            + "openai m 2026-06-01 input=3 output=4 context=1000 max_output=100 source=new\n",
            "f");
        var history = new PriceHistory(catalog);
        var record = new UsageRecord
        {
            Provider = "openai",
            Model = "M",
            PriceVersion = 3,
            CreatedAtMicros = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000,
            Usage = new Usage { InputTokens = 1_000_000 },
            InputCost = Money.Parse("1"),
        };

        var priced = history.Find(record)!;

        Assert.True(priced.IsOf(record));
        Assert.Equal(("old", new DateOnly(2026, 1, 1)), (history.RowOf(priced)!.Source, history.RowOf(priced)!.Since));
        record.PriceVersion = 4;
        Assert.Null(history.Find(record));
    }

    private static void Compare(int row, DateOnly day, UsageRecord record)
    {
        var book = Shipped.On(day);
        Assert.True(book.TryFind(record.Provider, System.Text.Encoding.UTF8.GetBytes(record.Model!), out var price), $"row {row}");
        Assert.True(CallCost.TryCost(record, price, book, out var cost));

        var lines = CostLines.Of(record, price, book);

        Assert.Equal(cost.Total, CostLines.Total(lines));
        Assert.Equal(cost.Input, CostLines.Total(lines.Where(line => line.IsInput)));
        Assert.InRange((long)CostLines.RoundedUpBy([.. lines]), 0, 999_999);
        Assert.All(lines, line => Assert.True(line.Quantity > 0));

        // A record of that day is priced by the same row.
        (record.InputCost, record.OutputCost) = (cost.Input, cost.Output);
        Assert.True(History.Find(record)!.IsOf(record));
    }

    private static Gen<ModelUsage[]> PartsOf(int row, Gen<Usage> usages)
    {
        var names = Shipped.Rows.Where(other => other.Price.Provider == Shipped.Rows[row].Price.Provider)
            .Select(other => other.Price.Model).Append("nobody's").ToArray();
        var part = from name in Gen.Elements(names) from usage in usages select new ModelUsage(name, usage);
        return Gen.Frequency((2, Gen.Constant(Array.Empty<ModelUsage>())), (1, part.ArrayOf(3)));
    }

    private static UsageRecord Record(
        int row, DateOnly day, ServiceTier tier, bool isRegional, Usage usage, ModelUsage[] parts) => new()
        {
            Provider = Shipped.Rows[row].Price.Provider,
            Model = Shipped.Rows[row].Price.Model,
            PriceVersion = Shipped.Version,
            CreatedAtMicros = new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000,
            ServiceTier = tier,
            IsRegional = isRegional,
            Usage = usage,
            ByModel = parts,
        };

    private static Usage UsageOf(int[] counts)
    {
        var usage = new Usage
        {
            InputTokens = counts[0],
            OutputTokens = counts[1],
            InputCharacters = counts[2],
            OutputCharacters = counts[3],
            InputMicroseconds = counts[4],
            OutputMicroseconds = counts[5],
            Certainty = UsageCertainty.Exact,
        };
        for (var i = 0; i < UsageDetails.Names.Length; i++)
        {
            UsageDetails.Set(ref usage, UsageDetails.Names[i], counts[6 + i]);
        }

        return usage;
    }
}
