using System.Globalization;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>A customer at a glance: its plan, its limits, what it used.</summary>
internal static class OverviewTab
{
    private static readonly string[] Words = ["Today", "This week", "This month", "This cycle", "In all"];

    public static async Task<Markup> ReadAsync(PageCall call, CustomerHead head)
    {
        var limits = (await call.GetAsync(head.Path("/limits"))).Found("customer").Items("data").ToList();
        var subscription = (await call.GetAsync(head.Path("/subscription"))).Found("customer").Member("subscription");
        var usage = await new CustomerSearchStore(call.Parts.Reading).UsageAsync(call.Merchant.Id, head.Key, call.Aborted);
        var bundle = subscription?.Text("auto_top_up_bundle_id") is { } bought
            ? (await call.GetAsync($"/credit_bundles/{bought}")).Body.Text("name") ?? bought
            : null;
        var plan = subscription is { } known ? PlanPart.Of(call, head, known, bundle) : PlanPart.None(call, head);
        return Markup.Of($"""
            <div class="columns">
            <section aria-label="Plan"><h2>Plan</h2>{plan}</section>
            <section aria-label="Limits"><h2>Limits</h2>{Limits(call, head, limits)}</section>
            </div>
            <section aria-label="Usage"><h2>Usage</h2>{Usage(call, head, usage)}</section>
            """);
    }

    private static Markup Limits(PageCall call, CustomerHead head, List<JsonElement> limits) => limits.Count == 0
        ? Markup.Of($"""
            <p>No hard limits: what is available is all that holds calls back. {PartMarkup.Link(head.Tab(call, "settings"), "Set one")}</p>
            """)
        : TableMarkup.Of("Limits", ["Limit", "#Used", "Share", "Begins anew"], limits.Select(limit => Limit(call, limit)));

    private static Markup[] Limit(PageCall call, JsonElement limit)
    {
        var unit = limit.Text("unit")!;
        var (most, used) = (Figure(call, unit, limit, "amount"), Figure(call, unit, limit, "used"));
        var scope = limit.Text("scope") == "plan" ? " (plan)" : "";
        return
        [
            Markup.Of($"{most} {(unit == "spend" ? "" : unit)} {CustomerWords.Cycle(limit.Text("cycle"))}{scope}"),
            used,
            Markup.Of(
                $"""<meter min="0" max="{limit.Text("amount")}" value="{limit.Text("used")}" aria-label="Used of the limit"></meter>"""),
            TimeMarkup.MomentOrNone(limit.Time("resets_at"), call.Zone),
        ];
    }

    private static Markup Figure(PageCall call, string unit, JsonElement limit, string name) =>
        unit == "spend" ? call.Amount(limit.Amount(name)) : Markup.Of($"{Count(limit.Number(name))}");

    private static Markup Usage(PageCall call, CustomerHead head, UsageWindows? usage) => usage is null
        ? PartMarkup.Empty(
            "No calls yet",
            "A call that names this customer is charged to it. The token is the base64 of this JSON:",
            $$"""{"secret_key": "…", "customer_id": "{{head.Id}}", "meter_slug": "…"}""")
        : Markup.Of($"""
            {TableMarkup.Of("Usage", ["Time (UTC)", "#Requests", "#Tokens", "#Charged"], Windows(call, head, usage))}
            <p class="note">{PartMarkup.Link(call.Link("/overview", ("customer", head.Id)), "As a plot")}</p>
            """);

    private static IEnumerable<Markup[]> Windows(PageCall call, CustomerHead head, UsageWindows usage)
    {
        var cycleStart = call.Parts.Accounts.Current.Customers.TryGetValue(head.Key, out var customer) && customer.CycleStart is { } own
            ? own
            : BillingCycle.StartOf(call.Now);
        return usage.ByCycle.Select((window, i) => Window(call, i, window, cycleStart));
    }

    // A time of a row counts while it lasts: who made no call since has used nothing of the present one.
    private static Markup[] Window(PageCall call, int cycle, UsageWindow window, DateOnly cycleStart)
    {
        var start = LimitPeriod.StartOf((LimitCycle)cycle, DateOnly.FromDateTime(call.Now.UtcDateTime), cycleStart);
        var shown = window.Start == start ? window : default;
        return
        [
            Markup.Of($"{Words[cycle]}"),
            Markup.Of($"{Count(shown.Requests)}"),
            Markup.Of($"{Count(shown.Tokens)}"),
            call.Amount(new Money(shown.Spend)),
        ];
    }

    private static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);
}
