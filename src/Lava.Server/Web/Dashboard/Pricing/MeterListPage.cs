using Lava.Billing.Plans;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>The list of meters: what each costs, how much it is used, which plans charge by it.</summary>
internal static class MeterListPage
{
    private const int PlansNamed = 3;

    private static readonly string[] Columns = ["Meter", "Slug", "What a customer pays", "#Calls this month", "Plans"];

    public static async Task ShowAsync(PageCall call)
    {
        var archived = call.Query(PricingPages.Archived) is not null;
        Guid? before = Ids.TryParse(IdPrefix.Meter, call.Query("after") ?? "", out var after) ? after : null;
        var meters = await new MeterStore(call.Parts.Reading).ListAsync(
            call.Merchant.Id, before, TableMarkup.PageRows + 1, call.Aborted, archived);
        var plans = await PlanListPage.LatestAsync(call);
        var calls = await new MeterCallStore(call.Parts.Reading).CountAsync(call.Merchant.Id, MonthStart(call), call.Aborted);
        var shown = meters.Take(TableMarkup.PageRows).ToList();
        await call.OkAsync(new PageView(PageArea.Pricing, "Pricing", Markup.Of($"""
            {PricingPages.Tabs(call, PricingPages.Meters)}
            {PricingPages.Switch(call)}
            <section>{(shown.Count == 0 ? Empty(call, archived) : Table(call, shown, plans, calls, archived))}
            {PartMarkup.Older(meters.Count > shown.Count ? call.Here(("after", call.Format(IdPrefix.Meter, shown[^1].Meter.Id))) : null)}
            </section>
            """))
        {
            Actions = PartMarkup.Button(call.Link(MeterForm.NewPath), "New meter"),
            Styles = PricingPages.Styles,
        });
    }

    // The viewer's month, as everything that is of days.
    private static DateTimeOffset MonthStart(PageCall call)
    {
        var now = call.Zone.Of(call.Now);
        var first = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
        return new DateTimeOffset(first, call.Zone.Zone.GetUtcOffset(first)).ToUniversalTime();
    }

    /// <summary>The table. Of each meter's plans a few are named: fifty of fifty would be most of the page.</summary>
    public static Markup Table(
        PageCall call, List<MeterRecord> meters, List<Plan> plans, Dictionary<Guid, long> calls, bool archived) => TableMarkup.Of(
        archived ? "Archived meters" : "Meters",
        archived ? [.. Columns, PricingPages.Since] : Columns,
        meters.Select(record => (IReadOnlyList<Markup>)
        [
            PartMarkup.Link(call.Link(MeterForm.PathOf(call.Format(IdPrefix.Meter, record.Meter.Id))), TextMarkup.Name(record.Name)),
            TextMarkup.Code(record.Meter.Slug),
            Markup.Of($"{PricingWords.Of(record.Meter)}"),
            Markup.Of($"{FigureText.Count(calls.GetValueOrDefault(record.Meter.Id))}"),
            Plans(call, plans, record.Meter.Id),
            .. PlanListPage.Since(call, record.ArchivedAt),
        ]));

    private static Markup Plans(PageCall call, List<Plan> plans, Guid meter)
    {
        var charging = plans.Where(plan => plan.Meters.Any(linked => linked.Id == meter)).ToList();
        var names = charging.Take(PlansNamed).Select(plan => PlanListPage.LinkOf(call, plan)).ToList();
        if (charging.Count > PlansNamed)
        {
            names.Add(PartMarkup.Link(call.Link(PricingPages.Plans), Markup.Of($"and {charging.Count - PlansNamed} more")));
        }

        return names.Count == 0
            ? TextMarkup.None
            : Markup.Of($"""<ul class="names">{names.Select(name => Markup.Of($"<li>{name}</li>"))}</ul>""");
    }

    private static Markup Empty(PageCall call, bool archived) => archived
        ? PartMarkup.Empty("Nothing is archived", "Meters that you archive are listed here.")
        : PartMarkup.Empty(
            "No meters yet",
            "A meter says what a customer pays for a call. Make one here, or with a line:",
            $$"""
            curl {{call.Server}}v1/meters -H "Authorization: Bearer $LAVA_SECRET_KEY" -H 'Content-Type: application/json' \
              -d '{"name":"Chat","meter_slug":"chat","rate_type":"percentage","tier_type":"tokens_1m",
                   "tiers":[{"start":"0","rate":"0.20"}]}'
            """);
}
