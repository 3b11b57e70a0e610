using Lava.Billing.Plans;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>
/// Meters and plans that were archived: what they were, who still has to do with them, their calls. Nothing of them can be changed, and
/// the API has them no more: they are read beside it.
/// </summary>
internal static class ArchivedPages
{
    private const int PlansMax = 50;
    private const int Days = 90;

    /// <summary>The archived meter that the address names; null: there is none.</summary>
    public static async Task<PageView?> MeterAsync(PageCall call)
    {
        if (!Ids.TryParse(IdPrefix.Meter, call.Id, out var id)
            || await new MeterStore(call.Parts.Reading).FindArchivedAsync(call.Merchant.Id, id, call.Aborted) is not { } record)
        {
            return null;
        }

        var plans = await new ArchivedUseStore(call.Parts.Reading).PlansAsync(call.Merchant.Id, id, PlansMax, call.Aborted);
        var calls = await new MeterCallStore(call.Parts.Reading).CountAsync(
            call.Merchant.Id, call.Now - TimeSpan.FromDays(Days), call.Aborted);
        return View(call, record.Name, record.ArchivedAt!.Value, PricingPages.Meters, Markup.Of($"""
            <p>Calls that name it are refused and no plan charges by it. It does not come back; its slug may be another meter's by now.</p>
            """), Markup.Of($"""
            <section><h2>What it was</h2>{PartMarkup.Facts(
            [
                ("Id", TextMarkup.Code(call.Format(IdPrefix.Meter, id))),
                ("Slug", TextMarkup.Code(record.Meter.Slug)),
                ("Made", call.Moment(record.CreatedAt)),
                ("What a customer paid", Markup.Of($"{PricingWords.Of(record.Meter)}")),
            ])}</section>
            <section aria-label="Still linked"><h2>Plans that still name it</h2>{Plans(call, plans)}</section>
            <section aria-label="Calls"><h2>Its calls</h2>{Calls(call, id, calls.GetValueOrDefault(id))}</section>
            """));
    }

    /// <summary>The archived plan that the address names; null: there is none.</summary>
    public static async Task<PageView?> PlanAsync(PageCall call)
    {
        if (!Ids.TryParse(IdPrefix.Plan, call.Id, out var id)
            || await new PlanStore(call.Parts.Reading).FindArchivedAsync(call.Merchant.Id, id, call.Aborted) is not { } plan)
        {
            return null;
        }

        var use = await new ArchivedUseStore(call.Parts.Reading).OfPlanAsync(call.Merchant.Id, id, call.Aborted);
        return View(call, plan.Terms.Name, plan.ArchivedAt!.Value, PricingPages.Plans, Markup.Of($"""
            <p>Nobody can subscribe to it or buy its bundles, and it does not come back. Credit that was bought with it stays.</p>
            """), Markup.Of($"""
            <section><h2>What it was</h2>{PartMarkup.Facts(
            [
                ("Id", TextMarkup.Code(call.Format(IdPrefix.Plan, id))),
                ("Made", call.Moment(plan.CreatedAt)),
                ("Cost", Markup.Of($"{PlanWords.Of(plan.Terms)}")),
                ("When the credit was used up", Markup.Of($"{PlanWords.Of(plan.Overage)}")),
                ("Limits", Names(plan.Limits.Select(limit => Markup.Of($"{PricingWords.Of(limit)}")))),
                ("Bundles", Names(plan.Bundles.Select(PlanListPage.Bundle))),
            ])}</section>
            <section aria-label="Still linked"><h2>Who still has to do with it</h2>{PartMarkup.Facts(Use(call, use))}</section>
            <section aria-label="Calls"><h2>Its calls</h2>
            <p>Calls are charged by a meter, whatever the plan: they are found with the meters that it had.</p>
            {Names(plan.Meters.Select(meter => Meter(call, meter)))}</section>
            """));
    }

    private static PageView View(PageCall call, string name, DateTimeOffset at, string tab, Markup meaning, Markup body) =>
        new(PageArea.Pricing, name, Markup.Of($"""
            {PricingPages.Tabs(call, tab)}
            <div class="notice warn" role="note"><p><strong>Archived since {call.Moment(at)}.</strong></p>{meaning}</div>
            {body}
            """))
        {
            Actions = PartMarkup.Button(call.Link(tab, (PricingPages.Archived, "1")), "All that is archived"),
            Styles = PricingPages.Styles,
        };

    private static Markup Plans(PageCall call, List<(Guid Id, string Name)> plans) => plans.Count == 0
        ? Markup.Of($"<p>None.</p>")
        : Markup.Of($"""
            <p>They charge nothing by it. What they say of their meters is corrected with their next change.</p>
            {Names(plans.Select(plan =>
                PartMarkup.Link(call.Link(PlanForm.PathOf(call.Format(IdPrefix.Plan, plan.Id))), TextMarkup.Name(plan.Name))))}
            """);

    private static Markup Calls(PageCall call, Guid id, long count) => Markup.Of($"""
        <p>{FigureText.Count(count)} in the last {Days} days.
        {PartMarkup.Link(call.Link(PageArea.Requests.Path, ("meter", call.Format(IdPrefix.Meter, id))), "All of its calls")}</p>
        """);

    private static IEnumerable<(string Name, Markup Value)> Use(PageCall call, ArchivedUse use) =>
    [
        ("Customers on it", Markup.Of($"{FigureText.Count(use.Customers)}")),
        ("Subscriptions that ended", Markup.Of($"{FigureText.Count(use.Former)}")),
        ("The last of them", TimeMarkup.MomentOrNone(use.EndedAt, call.Zone)),
        ("Checkout links that offer it and can't be paid any more", Markup.Of($"{FigureText.Count(use.Links)}")),
    ];

    private static Markup Meter(PageCall call, LinkedMeter meter)
    {
        var id = call.Format(IdPrefix.Meter, meter.Id);
        var calls = PartMarkup.Link(call.Link(PageArea.Requests.Path, ("meter", id)), "calls");
        return Markup.Of($"{PartMarkup.Link(call.Link(MeterForm.PathOf(id)), TextMarkup.Name(meter.Name))}: {calls}");
    }

    private static Markup Names(IEnumerable<Markup> names) => names.ToList() is { Count: > 0 } some
        ? Markup.Of($"""<ul class="names">{some.Select(name => Markup.Of($"<li>{name}</li>"))}</ul>""")
        : TextMarkup.None;
}
