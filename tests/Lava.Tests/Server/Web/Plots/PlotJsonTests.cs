using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web;
using Lava.Server.Web.Plots;

namespace Lava.Tests.Server.Web.Plots;

/// <summary>The document of plots: what modules and other pages read.</summary>
public sealed class PlotJsonTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 15, 14, 22, 31, TimeSpan.Zero);

    [Fact]
    public void Whole_Series_HasEveryPointAndAmountsAsText()
    {
        var document = JsonNode.Parse(PlotJson.Whole(Series()).Span)!;

        Assert.Equal(97, document["edges"]!.AsArray().Count);
        Assert.Equal(("quarter", "UTC"), ((string)document["step"]!, (string)document["zone"]!));
        Assert.Equal("9007199254740993", (string)document["groups"]![0]!["charge"]![95]!);
        Assert.Equal("-5", (string)document["groups"]![0]!["cost"]![95]!);
        Assert.Null(document["groups"]![1]!["key"]);
        Assert.Equal(3, (int)document["blocked"]!["insufficient_credit"]![94]!);
        Assert.Equal(7, (int)document["before"]!["blocked"]![0]!);
        Assert.Equal(96, document["total"]!["requests"]!.AsArray().Count);
        Assert.Null(document["breakdown"]);
        Assert.Equal("<p>", (string?)JsonNode.Parse(PlotJson.Whole(Series(), Markup.Of($"<p>")).Span)!["breakdown"]);
    }

    [Fact]
    public void Points_FromOneOn_HasTheRestAlone()
    {
        var document = JsonNode.Parse(PlotJson.Points(Series(), 94).Span)!;

        Assert.Equal(94, (int)document["from"]!);
        Assert.Equal([3, 0], document["blocked"]!["insufficient_credit"]!.AsArray().Select(calls => (int)calls!));
        Assert.Equal(["0", "9007199254740993"], document["groups"]![0]!["charge"]!.AsArray().Select(units => (string)units!));
        Assert.Null(document["edges"]);
    }

    [Fact]
    public void GroupsOf_SumsByGroupAndTime_AreSeries()
    {
        TotalsSum[] sums =
        [
            new(0, "a", 1, 0, 10, new Money(1), new Money(2)), new(2, "a", 2, 1, 20, new Money(3), new Money(4)),
            new(1, null, 5, 0, 0, Money.Zero, Money.Zero),
        ];

        var groups = PlotSeries.GroupsOf(sums, 3, key => key ?? "Others");

        Assert.Equal(["a", "Others"], groups.Select(group => group.Label));
        Assert.Equal([1, 0, 2], groups[0].Requests);
        Assert.Equal((4, 6), (groups[0].CostSum.Units, groups[0].ChargeSum.Units));
    }

    private static PlotSeries Series()
    {
        var range = PlotRange.Of("24h", null, null, TimeZoneInfo.Utc, Now);
        var group = new PlotGroup("gpt", "gpt", range.Count);

        // One more than a browser's numbers hold exactly.
        group.Add(new TotalsSum(95, "gpt", 1, 0, 3, new Money(-5), new Money(9_007_199_254_740_993)));
        var blocked = new long[range.Count];
        blocked[94] = 3;
        return new PlotSeries
        {
            Range = range,
            Zone = "UTC",
            AsOf = Now,
            Total = group,
            Before = new PlotGroup("", "Before", 1),
            Groups = [group, new PlotGroup(null, "Others", range.Count)],
            Blocked = new Dictionary<string, long[]> { ["insufficient_credit"] = blocked },
            BlockedBefore = 7,
        };
    }
}
