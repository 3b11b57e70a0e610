using Lava.Billing.Plans;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>The list of plans with their bundles, and which of them charges by which meter.</summary>
internal static class PlanListPage
{
    private const int LatestPlans = 50;

    // More columns can't be read beside each other.
    private const int MatrixPlans = 10;
    private const int MatrixMeters = 50;

    private static readonly string[] Columns = ["Plan", "Costs", "When the credit is used up", "Limits", "Bundles"];

    /// <summary>The newest plans in use.</summary>
    public static Task<List<Plan>> LatestAsync(PageCall call) =>
        new PlanStore(call.Parts.Reading).ListAsync(call.Merchant.Id, null, LatestPlans, call.Aborted);

    public static async Task ShowAsync(PageCall call)
    {
        var archived = call.Query(PricingPages.Archived) is not null;
        Guid? before = Ids.TryParse(IdPrefix.Plan, call.Query("after") ?? "", out var after) ? after : null;
        var plans = await new PlanStore(call.Parts.Reading).ListAsync(
            call.Merchant.Id, before, TableMarkup.PageRows + 1, call.Aborted, archived);
        var meters = archived
            ? []
            : await new MeterStore(call.Parts.Reading).ListAsync(call.Merchant.Id, null, MatrixMeters, call.Aborted);
        var shown = plans.Take(TableMarkup.PageRows).ToList();
        await call.OkAsync(new PageView(PageArea.Pricing, "Pricing", Markup.Of($"""
            {PricingPages.Tabs(call, PricingPages.Plans)}
            {PricingPages.Switch(call)}
            <section>{(shown.Count == 0 ? Empty(call, archived, meters) : Table(call, shown, archived))}
            {PartMarkup.Older(plans.Count > shown.Count ? call.Here(("after", call.Format(IdPrefix.Plan, shown[^1].Id))) : null)}
            </section>
            {(meters.Count == 0 || shown.Count == 0 ? Markup.Empty : Matrix(call, meters, shown[..Math.Min(shown.Count, MatrixPlans)]))}
            """))
        {
            Actions = PartMarkup.Button(call.Link(PlanForm.NewPath), "New plan"),
            Styles = PricingPages.Styles,
        });
    }

    private static Markup Table(PageCall call, List<Plan> plans, bool archived) => TableMarkup.Of(
        archived ? "Archived plans" : "Plans",
        archived ? [.. Columns, PricingPages.Since] : Columns,
        plans.Select(plan => (IReadOnlyList<Markup>)
        [
            LinkOf(call, plan),
            Markup.Of($"{PlanWords.Of(plan.Terms)}"),
            Markup.Of($"{PlanWords.Of(plan.Overage)}"),
            plan.Limits.Length == 0 ? TextMarkup.None : Names(plan.Limits.Select(limit => Markup.Of($"{PricingWords.Of(limit)}"))),
            plan.Bundles.Count == 0 ? TextMarkup.None : Names(plan.Bundles.Select(Bundle)),
            .. Since(call, plan.ArchivedAt),
        ]));

    /// <summary>The cell of when something was archived; none in a list of what is in use.</summary>
    public static IEnumerable<Markup> Since(PageCall call, DateTimeOffset? archivedAt) =>
        archivedAt is { } at ? [call.Moment(at)] : [];

    /// <summary>"Ten: $10.00 for $9.00".</summary>
    public static Markup Bundle(CreditBundle bundle) => Markup.Of(
        $"{TextMarkup.Name(bundle.Name)}: {PricingWords.Dollars(bundle.CreditAmount)} for {PricingWords.Dollars(bundle.Cost)}");

    // Calls on a meter that a customer's plan has not are recorded and charge nobody, or are refused: worth seeing at once.
    private static Markup Matrix(PageCall call, List<MeterRecord> meters, List<Plan> plans) => Markup.Of($"""
        <section class="matrix"><h2>Which plan charges by which meter</h2>
        <div class="scroll"><table><caption>Meters by plan</caption>
        <thead><tr><th scope="col">Meter</th>{plans.Select(MatrixHead)}</tr></thead>
        <tbody>{meters.Select(meter => MatrixRow(call, meter, plans))}</tbody>
        </table></div>
        <p class="hint">At most {MatrixPlans} plans and {MatrixMeters} meters, the newest.
        Calls on a meter that is not in a customer's plan charge nobody.</p>
        </section>
        """);

    private static Markup MatrixHead(Plan plan) => Markup.Of($"""<th scope="col">{TextMarkup.Name(plan.Terms.Name)}</th>""");

    private static Markup MatrixRow(PageCall call, MeterRecord meter, List<Plan> plans)
    {
        var address = call.Link(MeterForm.PathOf(call.Format(IdPrefix.Meter, meter.Meter.Id)));
        return Markup.Of($"""
            <tr><td data-label="Meter">{PartMarkup.Link(address, TextMarkup.Name(meter.Name))}</td>
            {plans.Select(plan => MatrixCell(plan, meter))}</tr>
            """);
    }

    private static Markup MatrixCell(Plan plan, MeterRecord meter) => Markup.Of($"""
        <td data-label="{TextMarkup.Plain(plan.Terms.Name)}">{(plan.Meters.Any(linked => linked.Id == meter.Meter.Id)
            ? PartMarkup.Badge("good", "yes")
            : Markup.Of($"""<span class="none">no</span>"""))}</td>
        """);

    private static Markup Names(IEnumerable<Markup> names) =>
        Markup.Of($"""<ul class="names">{names.Select(name => Markup.Of($"<li>{name}</li>"))}</ul>""");

    /// <summary>The way to a plan.</summary>
    public static Markup LinkOf(PageCall call, Plan plan) =>
        PartMarkup.Link(call.Link(PlanForm.PathOf(call.Format(IdPrefix.Plan, plan.Id))), TextMarkup.Name(plan.Terms.Name));

    private static Markup Empty(PageCall call, bool archived, List<MeterRecord> meters) => archived
        ? PartMarkup.Empty("Nothing is archived", "Plans that you archive are listed here.")
        : PartMarkup.Empty(
            "No plans yet",
            "A plan is what customers subscribe to: a price, the credit in it, the meters that charge it. Make one here, or with a line:",
            $$"""
            curl {{call.Server}}v1/plans -H "Authorization: Bearer $LAVA_SECRET_KEY" -H 'Content-Type: application/json' \
              -d '{"name":"Pro","period_amount":"25.00","included_credit":"20.00","billing_interval":"month"{{MeterOf(call, meters)}}}'
            """);

    private static string MeterOf(PageCall call, List<MeterRecord> meters) => meters.Count == 0
        ? ""
        : $",\"meter_ids\":[\"{call.Format(IdPrefix.Meter, meters[0].Meter.Id)}\"]";
}
