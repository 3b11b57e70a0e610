using System.Globalization;
using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>Customers, the newest first, or those who were searched.</summary>
internal static class CustomerListPage
{
    private const string Path = "/customers";
    private const string Alert = "alert";
    private const int PageSize = 50;

    // As many as the API lists at once; who has more plans finds their customers by the plan's own page.
    private const int PlansMax = 100;

    private static readonly string[] Columns =
        ["Customer", "Plan", "#Available now", "#Calls this month", "#Charged this month", "Last call", "Created"];

    public static async Task ShowAsync(PageCall call)
    {
        var plans = (await call.GetAsync($"/plans?limit={PlansMax}")).Found("plans").Items("data")
            .Select(plan => (plan.Text("plan_id")!, plan.Text("name")!)).ToList();
        var query = Query(call);
        await call.CatchUpAsync();
        Guid? before = call.Query("after") is { } after
            ? Cursor.TryDecode(after, out Guid last) ? last : throw ApiException.NotFound("page")
            : null;
        var today = call.Now.UtcDateTime;
        var store = new CustomerSearchStore(call.Parts.Reading);
        var rows = await store.FindAsync(
            call.Merchant.Id, query, new DateOnly(today.Year, today.Month, 1), before, PageSize + 1, call.Aborted);
        var next = rows.Count > PageSize ? Cursor.Encode(rows[PageSize - 1].Id) : null;
        var body = rows.Count == 0
            ? Nothing(call, query.IsFiltered || before is not null)
            : Markup.Of($"""
                {TableMarkup.Of("Customers", Columns, rows.Take(PageSize).Select(row => Row(call, row)))}
                {PartMarkup.Older(next is null ? null : call.Here(("after", next)))}
                """);
        await call.OkAsync(new PageView(PageArea.Customers, "Customers", Markup.Of($"""
            <section>{FormMarkup.Filter(call.Link(Path), "Search", Filters(plans), Values(call))}{body}</section>
            """))
        {
            Actions = PartMarkup.Button(call.Link($"{Path}/new"), "New customer"),
            Styles = ["customers.css"],
        });
    }

    private static CustomerQuery Query(PageCall call)
    {
        var text = call.Query("q");
        Guid? id = text is not null && Ids.TryParse(IdPrefix.Customer, text, out var exact) ? exact : null;
        Guid? plan = call.Query("plan") is { } planText
            ? Ids.TryParse(IdPrefix.Plan, planText, out var known) ? known : Guid.Empty
            : null;
        return new CustomerQuery(id is null ? text : null, id, plan, call.Query("state") == Alert);
    }

    private static FormField[] Filters(IReadOnlyList<(string Value, string Label)> plans) =>
    [
        new("q", "Id, or how reference, name or e-mail begins"),
        new("plan", "Plan", FieldKind.Choice) { Options = [("", "any"), .. plans] },
        new("state", "Balance", FieldKind.Choice) { Options = [("", "any"), (Alert, "low or used up")] },
    ];

    private static PostedForm Values(PageCall call) => new[] { "q", "plan", "state" }.Aggregate(
        PostedForm.Empty, (values, name) => values.With(name, call.Query(name) ?? ""));

    private static Markup Nothing(PageCall call, bool isFiltered) => isFiltered
        ? Markup.Of($"""
            <div class="empty"><h2>No customer matches</h2><p>{PartMarkup.Link(call.Link(Path), "Show all customers")}</p></div>
            """)
        : PartMarkup.Empty(
            "No customers yet",
            "Make one here, or from your own server:",
            $$"""
            curl {{call.Server}}v1/customers \
              -H "Authorization: Bearer $LAVA_SECRET_KEY" \
              -H "Content-Type: application/json" \
              -d '{"reference_id": "user_42", "name": "Ada Lovelace"}'
            """);

    private static Markup[] Row(PageCall call, FoundCustomer row) =>
    [
        Who(call, row),
        Plan(row),
        Available(call, row),
        Markup.Of($"{row.Requests.ToString("#,##0", CultureInfo.InvariantCulture)}"),
        call.Amount(row.Spend),
        TimeMarkup.MomentOrNone(row.LastAt, call.Zone),
        TimeMarkup.Day(row.CreatedAt, call.Zone),
    ];

    private static Markup Who(PageCall call, FoundCustomer row)
    {
        var id = call.Format(IdPrefix.Customer, row.Id);
        string?[] known = [row.Name, row.ReferenceId, row.Email];
        var shown = known.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => text!).ToList();
        var first = shown.Count == 0 ? TextMarkup.Code(id) : TextMarkup.Name(shown[0]);
        var second = shown.Count > 1 ? Markup.Of($"""<span class="second">{TextMarkup.Name(shown[1])}</span>""") : Markup.Empty;
        return Markup.Of($"""
            <div class="who">{PartMarkup.Link(call.Link($"{Path}/{id}"), first)}{second}</div>
            """);
    }

    private static Markup Plan(FoundCustomer row) => row.PlanName is null
        ? TextMarkup.None
        : Markup.Of($"{TextMarkup.Name(row.PlanName)} {(row.IsPastDue ? PartMarkup.Badge("bad", "not paid") : Markup.Empty)}");

    // Live; where this node has not opened the wallet yet, nothing is said.
    private static Markup Available(PageCall call, FoundCustomer row)
    {
        var amount = call.Parts.Management.Wallets.TryRead(row.WalletId, out var wallet)
            ? wallet.Available == Money.MaxValue ? Markup.Of($"no limit") : call.Amount(wallet.Available)
            : TextMarkup.None;
        var badge = row.Level switch
        {
            BalanceLevel.Empty => PartMarkup.Badge("bad", "used up"),
            BalanceLevel.Low => PartMarkup.Badge("warn", "low"),
            _ => Markup.Empty,
        };
        return Markup.Of($"{badge} {amount}");
    }
}
