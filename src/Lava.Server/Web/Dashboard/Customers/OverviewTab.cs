using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>A customer at a glance: its plan, its limits, what it used and when.</summary>
internal static class OverviewTab
{
    // Those that are looked through for one that a first call may name.
    private const int MetersMax = 100;

    public static async Task<Markup> ReadAsync(PageCall call, CustomerHead head)
    {
        var use = await CustomerPlots.ReadAsync(call, head, () => UsageAsync(call, head));
        var limits = (await call.GetAsync(head.Path("/limits"))).Found("customer").Items("data").ToList();
        var subscription = (await call.GetAsync(head.Path("/subscription"))).Found("customer").Member("subscription");
        var bundle = subscription?.Text("auto_top_up_bundle_id") is { } bought
            ? (await call.GetAsync($"/credit_bundles/{bought}")).Body.Text("name") ?? bought
            : null;
        var plan = subscription is { } known ? PlanPart.Of(call, head, known, bundle) : PlanPart.None(call, head);
        return Markup.Of($"""
            <div class="columns">
            <section aria-label="Plan"><h2>Plan</h2>{plan}</section>
            <section aria-label="Limits"><h2>Limits</h2>{LimitPart.Of(call, head, limits)}</section>
            </div>
            {use}
            """);
    }

    private static async Task<Markup> UsageAsync(PageCall call, CustomerHead head)
    {
        var usage = await new CustomerSearchStore(call.Parts.Reading).UsageAsync(call.Merchant.Id, head.Key, call.Aborted);
        var meter = usage is null ? await MeterAsync(call, head) : null;
        return Markup.Of($"""<section aria-label="Usage"><h2>Usage</h2>{UsagePart.Of(call, head, usage, meter)}</section>""");
    }

    // Of the meters that the customer is charged by the newest.
    private static async Task<string?> MeterAsync(PageCall call, CustomerHead head)
    {
        var newest = await new MeterStore(call.Parts.Reading).ListAsync(call.Merchant.Id, null, MetersMax, call.Aborted);
        var isKnown = call.Parts.Accounts.Current.Customers.TryGetValue(head.Key, out var customer);
        return newest.Find(one => isKnown && customer!.Covers(one.Meter.Id))?.Meter.Slug;
    }
}
