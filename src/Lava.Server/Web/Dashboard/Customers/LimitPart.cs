using System.Globalization;
using System.Text.Json;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>The hard limits of a customer, and what is used of them.</summary>
internal static class LimitPart
{
    private const string Spend = "spend";
    private const string Table = "limits";

    /// <summary>The table.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="head">The customer.</param>
    /// <param name="limits">The API's documents.</param>
    public static Markup Of(PageCall call, CustomerHead head, IReadOnlyCollection<JsonElement> limits) => Markup.Of($"""
        <div data-figure="{Table}" data-shape="{Shape(limits)}">{Rows(call, head, limits)}</div>
        """);

    /// <summary>What is used of them, for a page that is open; and the table anew where limits came, went or were changed.</summary>
    public static void Tell(PageCall call, CustomerHead head, LiveFigures figures, IReadOnlyCollection<JsonElement> limits)
    {
        figures.Tell(Table, Shape(limits), () => Rows(call, head, limits));
        foreach (var limit in limits)
        {
            var name = NameOf(limit);
            if (IsMoney(limit))
            {
                figures.Tell($"{name}-used", limit.Amount("used"));
            }
            else
            {
                figures.Tell($"{name}-used", FigureText.Count(limit.Number("used")));
            }

            figures.Set($"{name}-share", ("max", limit.Text("amount")), ("value", limit.Text("used")));
            figures.Tell($"{name}-anew", Anew(call, limit));
        }
    }

    private static Markup Rows(PageCall call, CustomerHead head, IReadOnlyCollection<JsonElement> limits) => limits.Count == 0
        ? Markup.Of($"""
            <p>No hard limits: what is available is all that holds calls back. {PartMarkup.Link(head.Tab(call, "settings"), "Set one")}</p>
            """)
        : TableMarkup.Of("Limits", ["Limit", "#Used", "Share", "Begins anew"], limits.Select(limit => Row(call, limit)));

    private static string Shape(IEnumerable<JsonElement> limits) =>
        string.Join(' ', limits.Select(limit => $"{NameOf(limit)}-{limit.Text("scope")}-{limit.Text("amount")}"));

    private static Markup[] Row(PageCall call, JsonElement limit)
    {
        var name = NameOf(limit);
        var scope = limit.Text("scope") == "plan" ? " (plan)" : "";
        return
        [
            Markup.Of($"{Figure(call, limit, "amount")} {Unit(limit)} {CustomerWords.Cycle(limit.Text("cycle"))}{scope}"),
            Markup.Of($"""<span data-figure="{name}-used">{Figure(call, limit, "used")}</span>"""),
            Markup.Of($"""
                <meter min="0" max="{limit.Text("amount")}" value="{limit.Text("used")}" aria-label="Used of the limit"
                  data-figure="{name}-share"></meter>
                """),
            Markup.Of($"""<span data-figure="{name}-anew">{Anew(call, limit)}</span>"""),
        ];
    }

    // Of a unit and a time there is one.
    private static string NameOf(JsonElement limit) => $"limit-{limit.Text("unit")}-{limit.Text("cycle")}";

    private static bool IsMoney(JsonElement limit) => limit.Text("unit") == Spend;

    private static string Unit(JsonElement limit) => IsMoney(limit) ? "" : limit.Text("unit")!;

    private static Markup Figure(PageCall call, JsonElement limit, string name) =>
        IsMoney(limit) ? call.Amount(limit.Amount(name)) : Markup.Of($"{FigureText.Count(limit.Number(name))}");

    private static string Anew(PageCall call, JsonElement limit) => limit.Time("resets_at") is { } at
        ? call.Zone.Of(at).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)
        : "never";
}
