using System.Globalization;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>What the provider asks, line by line.</summary>
internal static class RequestCostPart
{
    /// <summary>The section.</summary>
    public static Markup Of(RequestFacts facts) => Markup.Of($"""
        <section aria-label="Cost"><h2>What the provider asks</h2>{Body(facts)}</section>
        """);

    private static Markup Body(RequestFacts facts)
    {
        var record = facts.Record;
        if (facts.IsUnpriced)
        {
            var why = record.Reported ? "Reported: what its provider asks is not known here." : "Nothing: the call was not priced.";
            return Markup.Of($"<p>{why}</p>");
        }

        return facts.Priced is { } priced
            ? Markup.Of($"{Basis(facts, priced)}{Lines(facts)}{Differs(record, priced)}")
            : Markup.Of($"""
            <p>Input {MoneyMarkup.Exact(record.InputCost)}, output {MoneyMarkup.Exact(record.OutputCost)}.</p>
            <p class="quiet">{Untold(facts)}</p>
            """);
    }

    private static string Untold(RequestFacts facts) => facts.Record.PriceVersion == facts.PriceVersion
        ? "It was priced by the requested model's row or a ceiling: the lines can't be told from the record."
        : string.Create(CultureInfo.InvariantCulture,
            $"Priced by price file version {facts.Record.PriceVersion}; this server has {facts.PriceVersion}. The lines can't be told.");

    private static Markup Basis(RequestFacts facts, PriceOfRecord priced)
    {
        var record = facts.Record;
        var main = priced.Price.At(record.ServiceTier, record.IsRegional);
        var isLong = record.Usage.InputTokens > main.LongContextAbove;
        var row = facts.Row is { } known
            ? Markup.Of($", a row since {known.Since.ToString("d MMM yyyy", CultureInfo.InvariantCulture)} from <bdi>{known.Source}</bdi>")
            : Markup.Empty;
        var tier = RequestJson.TierName(record.ServiceTier);
        var variant = $"{(record.IsRegional ? ", regional" : "")}{(isLong ? ", long context" : "")}";
        return Markup.Of($"""<p class="quiet">Price file version {record.PriceVersion}{row}. Tier {tier}{variant}.</p>""");
    }

    private static Markup Lines(RequestFacts facts)
    {
        var isShared = facts.Record.ByModel.Length > 0;
        var cost = CostLines.Total(facts.Lines);
        var rounded = CostLines.RoundedUpBy(facts.Lines);
        string[] columns = isShared ? ["For", "Model", "#Quantity", "#Price", "#Cost"] : ["For", "#Quantity", "#Price", "#Cost"];
        var rows = facts.Lines.Select(line => Row(isShared, [
            Markup.Of($"{RequestWords.Kind(line.Kind)}"), TextMarkup.NameOrNone(line.Model), Markup.Of($"{RequestWords.Quantity(line)}"),
            Markup.Of($"{RequestWords.Price(line)}"), Exact(line.Millionths),
        ]));
        if (rounded > 0)
        {
            rows = rows.Append(Row(isShared, [Markup.Of($"Rounded up once"), None, None, None, Exact(rounded)]));
        }

        rows = rows.Append(Row(isShared, [
            Markup.Of($"<strong>Cost</strong>"), None, None, None, Markup.Of($"<strong>{MoneyMarkup.Exact(cost)}</strong>"),
        ]));
        return TableMarkup.Of("Cost by kind", columns, rows);
    }

    private static IReadOnlyList<Markup> Row(bool isShared, IReadOnlyList<Markup> cells) => isShared ? cells : [cells[0], .. cells.Skip(2)];

    private static Markup None => Markup.Empty;

    private static Markup Exact(Int128 millionths) => Markup.Of($"{FigureText.Exact(millionths)}");

    private static Markup Differs(UsageRecord record, PriceOfRecord priced) => priced.IsOf(record)
        ? Markup.Of($"<p>{PartMarkup.Badge("good", "proven")} Calculated again, this is what the record says.</p>")
        : Markup.Of($"""<p class="notice bad">The record says {MoneyMarkup.Exact(record.Cost)}, not this.</p>""");
}
