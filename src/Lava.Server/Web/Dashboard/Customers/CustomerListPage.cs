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
    /// <summary>Where it is.</summary>
    public const string Path = "/customers";

    private const string Used = "used";

    // As many as the API lists at once; who has more plans finds their customers by the plan's own page.
    private const int PlansMax = 100;

    /// <summary>The parameter that says why the customers that are listed need a look.</summary>
    public const string Look = "state";

    /// <summary>Its word for those of whom a payment fails.</summary>
    public const string Unpaid = "unpaid";

    /// <summary>Of <see cref="Look"/>: whose balance is low or used up.</summary>
    public const string Alerted = "alert";

    private static readonly (CustomerLook Look, string Word, string Text, Func<CustomerCounts, int> Count)[] Looks =
    [
        (CustomerLook.Alerted, Alerted, "balance low or used up", counts => counts.Alerted),
        (CustomerLook.Limited, "limited", "refused by a hard limit", counts => counts.Limited),
        (CustomerLook.Unpaid, Unpaid, "payment failed", counts => counts.Unpaid),
    ];

    private static readonly string[] Columns =
        ["Customer", "Plan", "#Available now", "#Calls this month", "#Charged this month", "Last call", "Created"];

    public static async Task ShowAsync(PageCall call)
    {
        var plans = (await call.GetAsync($"/plans?limit={PlansMax}")).Found("plans").Items("data")
            .Select(plan => (plan.Text("plan_id")!, plan.Text("name")!)).ToList();
        var query = Query(call);
        await call.CatchUpAsync();
        CustomerPlace? last = call.Query("after") is { } after ? PlaceOf(query, after) ?? throw ApiException.NotFound("page") : null;
        var today = DateOnly.FromDateTime(call.Now.UtcDateTime);
        var store = new CustomerSearchStore(call.Parts.Reading);
        var counting = store.CountAsync(call.Merchant.Id, today, call.Aborted);
        var finding = store.FindAsync(call.Merchant.Id, query, today, last, TableMarkup.PageRows + 1, call.Aborted);
        await Task.WhenAll(counting, finding);
        var (counts, rows) = (await counting, await finding);
        var next = rows.Count > TableMarkup.PageRows ? CursorOf(query, rows[TableMarkup.PageRows - 1]) : null;
        var body = rows.Count == 0
            ? Nothing(call, query, last is not null)
            : Markup.Of($"""
                {TableMarkup.Of("Customers", Columns, rows.Take(TableMarkup.PageRows).Select(row => Row(call, row)))}
                {PartMarkup.Older(next is null ? null : call.Here(("after", next)))}
                """);
        var note = query.Order == CustomerOrder.Newest
            ? Markup.Empty
            : Markup.Of($"""<p class="hint">Who was charged the most in this month (UTC); who made no call in it is not listed.</p>""");
        await call.OkAsync(new PageView(PageArea.Customers, "Customers", Markup.Of($"""
            <section>{FormMarkup.Filter(call.Link(Path), "Search", Filters(plans, counts), Values(call))}{note}{body}</section>
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
        return new CustomerQuery(
            id is null ? text : null, id, plan, Looks.FirstOrDefault(one => one.Word == call.Query(Look)).Look,
            call.Query("order") == Used ? CustomerOrder.MostUsed : CustomerOrder.Newest);
    }

    // Where the list is ordered by use, a place in it is how much and who.
    private static string CursorOf(CustomerQuery query, FoundCustomer row) => query.Order == CustomerOrder.MostUsed
        ? $"{Cursor.Encode(row.Spend.Units)}.{Cursor.Encode(row.Id)}"
        : Cursor.Encode(row.Id);

    private static CustomerPlace? PlaceOf(CustomerQuery query, string cursor)
    {
        if (query.Order == CustomerOrder.Newest)
        {
            return Cursor.TryDecode(cursor, out Guid last) ? new CustomerPlace(last) : null;
        }

        return cursor.Split('.') is [var spend, var id] && Cursor.TryDecode(spend, out long units) && units >= 0
            && Cursor.TryDecode(id, out Guid customer)
            ? new CustomerPlace(customer, new Money(units))
            : null;
    }

    private static FormField[] Filters(IReadOnlyList<(string Value, string Label)> plans, CustomerCounts counts) =>
    [
        new("q", "Id, or how reference, name or e-mail begins"),
        new("plan", "Plan", FieldKind.Choice) { Options = [("", "any"), .. plans] },
        new(Look, "Needs a look", FieldKind.Choice)
        {
            Options = [("", "any"), .. Looks.Select(one => (one.Word, $"{one.Text} ({Count(one.Count(counts))})"))],
        },
        new("order", "Order", FieldKind.Choice) { Options = [("", "newest first"), (Used, "most used this month first")] },
    ];

    private static string Count(int count) =>
        count == CustomerCounts.Most ? $"{CustomerCounts.Most} or more" : count.ToString(CultureInfo.InvariantCulture);

    private static PostedForm Values(PageCall call) => new[] { "q", "plan", Look, "order" }.Aggregate(
        PostedForm.Empty, (values, name) => values.With(name, call.Query(name) ?? ""));

    private static Markup Nothing(PageCall call, CustomerQuery query, bool isLater) => query.IsFiltered || isLater
        ? Empty(call, "No customer matches")
        : query.Order == CustomerOrder.MostUsed ? Empty(call, "No customer made a call this month")
        : PartMarkup.Empty(
            "No customers yet",
            "Make one here, or from your own server:",
            $$"""
            curl {{call.Server}}v1/customers \
              -H "Authorization: Bearer $LAVA_SECRET_KEY" \
              -H "Content-Type: application/json" \
              -d '{"reference_id": "user_42", "name": "Ada Lovelace"}'
            """);

    private static Markup Empty(PageCall call, string title) => Markup.Of($"""
        <div class="empty"><h2>{title}</h2><p>{PartMarkup.Link(call.Link(Path), "Show all customers")}</p></div>
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
