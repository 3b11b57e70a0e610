using System.Globalization;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>What the meter asks, tier by tier.</summary>
internal static class RequestChargePart
{
    /// <summary>The section.</summary>
    public static Markup Of(PageCall call, RequestFacts facts) => Markup.Of($"""
        <section aria-label="Charge"><h2>What the customer is charged</h2>{Body(call, facts)}</section>
        """);

    private static Markup Body(PageCall call, RequestFacts facts)
    {
        var record = facts.Record;
        if (record.MeterId is null)
        {
            return Markup.Of($"<p>Nothing: no meter.</p>");
        }

        var cycle = record.CycleStart.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        var kind = record.RateType == RateType.Percentage ? "a share of the cost" : "fixed rates";
        var before = RequestWords.Quantity(record.TierType, record.UnitsBefore);
        var after = RequestWords.Quantity(record.TierType, record.UnitsBefore + record.Units);
        return Markup.Of($"""
            <p class="quiet">Meter {RequestRows.MeterLink(call, record.MeterId)}, {kind}.
            In the cycle from {cycle}: from {before} to {after}.</p>
            {Slices(record)}
            {Note(facts)}
            """);
    }

    private static Markup Slices(UsageRecord record)
    {
        var rows = record.Slices.Select(slice => (IReadOnlyList<Markup>)
        [
            Markup.Of($"{RequestWords.Start(record.TierType, slice.TierStart)}"),
            Markup.Of($"{RequestWords.Quantity(record.TierType, slice.Quantity)}"),
            Markup.Of($"{RequestWords.Rate(record.RateType, record.TierType, slice.TierRate)}"),
            MoneyMarkup.Exact(slice.Cost),
        ]);
        IReadOnlyList<Markup> sum =
        [
            Markup.Of($"<strong>{(record.Billed ? "Charge" : "Not charged")}</strong>"), Markup.Empty, Markup.Empty,
            Markup.Of($"<strong>{MoneyMarkup.Exact(record.Charge)}</strong>"),
        ];
        return TableMarkup.Of("Charge by tier", ["Tier from", "#Quantity", "#Rate", "#Amount"], rows.Append(sum));
    }

    private static Markup Note(RequestFacts facts)
    {
        var payer = facts.CostPayer switch
        {
            BaseCostPayer.Wallet => "The provider's cost is in it.",
            BaseCostPayer.Merchant => "The provider's cost is not in it: the merchant bears that.",
            _ => "",
        };
        return facts.IsChargeProven
            ? Markup.Of($"<p>{PartMarkup.Badge("good", "proven")} Calculated again, this is what the record says. {payer}</p>")
            : Markup.Of($"""<p class="notice bad">Calculated again by these tiers, the charge is another. {payer}</p>""");
    }
}
