using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Dashboard.Keys;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What a customer has used today, this week, this month, in this cycle, and in all.</summary>
internal static class UsagePart
{
    private const string None = "usage-none";
    private const string Some = "usage-some";

    private static readonly string[] Words = ["Today", "This week", "This month", "This cycle", "In all"];

    /// <summary>The table, and what to do as long as there is nothing to show in it.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="head">The customer.</param>
    /// <param name="usage">Null: it made no call yet.</param>
    /// <param name="meter">What its first call may be charged by; null: there is no meter yet.</param>
    public static Markup Of(PageCall call, CustomerHead head, UsageWindows? usage, string? meter) => Markup.Of($"""
        <div data-figure="{None}"{Hidden(usage is not null)}>
        {PartMarkup.Empty(
            "No calls yet",
            meter is null
                ? "A call that names this customer stands here a moment later. Without a meter it charges nobody: make one first."
                : "A call that names this customer is charged to it, and stands here a moment later:",
            TokenLines.Fill(TokenLines.Templates(call.Server)[0].Without, head.Id, meter))}
        <p class="pager">{PartMarkup.Link(call.Link(TokenPage.Path, ("customer", head.Id), ("meter", meter)), "For Node and Python")}</p>
        </div>
        <div data-figure="{Some}"{Hidden(usage is null)}>
        {TableMarkup.Of("Usage", ["Time (UTC)", "#Requests", "#Tokens", "#Charged"], Windows(call, head, usage).Select(
            (window, cycle) => Row(call, cycle, window)))}
        </div>
        """);

    /// <summary>Its figures, for a page that is open.</summary>
    public static void Tell(PageCall call, CustomerHead head, LiveFigures figures, UsageWindows? usage)
    {
        figures.Show(None, usage is null);
        figures.Show(Some, usage is not null);
        foreach (var (cycle, window) in Windows(call, head, usage).Index())
        {
            figures.Tell(NameOf(cycle, "requests"), FigureText.Count(window.Requests));
            figures.Tell(NameOf(cycle, "tokens"), FigureText.Count(window.Tokens));
            figures.Tell(NameOf(cycle, "spend"), new Money(window.Spend));
        }
    }

    // A time of a row counts while it lasts: who made no call since has used nothing of the present one.
    private static IEnumerable<UsageWindow> Windows(PageCall call, CustomerHead head, UsageWindows? usage)
    {
        var now = call.Parts.Time.GetUtcNow();
        var cycleStart = call.Parts.Accounts.Current.Customers.TryGetValue(head.Key, out var customer) && customer.CycleStart is { } own
            ? own
            : BillingCycle.StartOf(now);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return Words.Select((_, cycle) =>
            usage?.ByCycle[cycle] is { } window && window.Start == LimitPeriod.StartOf((LimitCycle)cycle, today, cycleStart)
                ? window
                : default);
    }

    private static Markup[] Row(PageCall call, int cycle, UsageWindow window) =>
    [
        Markup.Of($"{Words[cycle]}"),
        Figure(cycle, "requests", Markup.Of($"{FigureText.Count(window.Requests)}")),
        Figure(cycle, "tokens", Markup.Of($"{FigureText.Count(window.Tokens)}")),
        Figure(cycle, "spend", call.Amount(new Money(window.Spend))),
    ];

    private static Markup Figure(int cycle, string unit, Markup figure) =>
        Markup.Of($"""<span data-figure="{NameOf(cycle, unit)}">{figure}</span>""");

    private static string NameOf(int cycle, string unit) => $"usage-{LimitNames.Of((LimitCycle)cycle)}-{unit}";

    private static Markup Hidden(bool isHidden) => isHidden ? Markup.Of($" hidden") : Markup.Empty;
}
