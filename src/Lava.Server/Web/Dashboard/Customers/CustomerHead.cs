using System.Text.Json;
using Lava.Core;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>A customer, as each of its pages begins.</summary>
/// <param name="Key">Its id.</param>
/// <param name="Id">Its public id.</param>
/// <param name="Customer">The API's document.</param>
internal sealed record CustomerHead(Guid Key, string Id, JsonElement Customer)
{
    private const string Style = "customers.css";
    private const string Script = "customer.mjs";

    private static readonly (string? Tab, string Text)[] Tabs =
        [(null, "Overview"), ("ledger", "Ledger"), ("grants", "Credit"), ("payments", "Payments"), ("settings", "Settings")];

    /// <summary>The customer that the address names.</summary>
    /// <exception cref="ApiException">This merchant has none of that id.</exception>
    public static async Task<CustomerHead> ReadAsync(PageCall call)
    {
        var customer = (await call.GetAsync($"/customers/{Uri.EscapeDataString(call.Id)}")).Found("customer");
        var id = customer.Text("customer_id")!;
        return Ids.TryParse(IdPrefix.Customer, id, out var key)
            ? new CustomerHead(key, id, customer)
            : throw ApiException.NotFound("customer");
    }

    /// <summary>What people call it: its name, else what else is known of it.</summary>
    public string Name => FullName is { Length: > 0 } name ? name : Reference ?? Contact("email") ?? Id;

    /// <summary>First and last name; null: not known.</summary>
    public string? FullName => $"{Contact("first_name")} {Contact("last_name")}".Trim() is { Length: > 0 } name ? name : null;

    /// <summary>The merchant's own id; null: none.</summary>
    public string? Reference => Customer.Text("reference_id");

    /// <summary>A part of its contact; null: not known.</summary>
    public string? Contact(string part) =>
        Customer.Member("contact")?.Text(part) is { Length: > 0 } text ? text : null;

    /// <summary>Its path below the mode, and what follows.</summary>
    public string Path(string rest = "") => $"/customers/{Id}{rest}";

    /// <summary>The address of a tab.</summary>
    public string Tab(PageCall call, string? tab) => call.Link(Path(), ("tab", tab));

    /// <summary>Its list in the API, from where the address says on.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="list">The list's name.</param>
    /// <param name="cursor">The parameter of the page's address that holds the cursor.</param>
    public async Task<ApiAnswer> ListAsync(PageCall call, string list, string cursor = "after")
    {
        var from = call.Query(cursor) is { } after ? $"&cursor={Uri.EscapeDataString(after)}" : "";
        var answer = await call.GetAsync($"/customers/{Id}/{list}?limit={TableMarkup.PageRows}{from}");
        answer.Found("page");
        return answer;
    }

    /// <summary>One of its tabs.</summary>
    public async Task<PageView> ViewAsync(PageCall call, string? tab, Markup body)
    {
        var balance = (await call.GetAsync($"/customers/{Id}/balance")).Found("customer");
        var tabs = Tabs.Select(one => (Tab(call, one.Tab), one.Text)).Append((call.Link("/requests", ("customer", Id)), "Requests"));
        return new PageView(PageArea.Customers, Name, Markup.Of($"""
            {Facts()}
            <div data-customer-live="{Live(call, tab)}" data-digits="{(call.HasAllDigits ? "all" : "few")}">
            {BalancePart.Of(call, balance)}
            </div>
            {PartMarkup.Tabs("Customer", Tab(call, tab), tabs)}
            {body}
            """))
        {
            Actions = Markup.Of($"""
                {PartMarkup.Button(call.Link(Path("/credit")), "Give credit")}
                {PartMarkup.Button(call.Link(Path("/correction")), "Correct")}
                {PartMarkup.Button(call.Link(Path("/plan")), "Change plan")}
                {PartMarkup.Button(call.Link(Path("/bundle")), "Sell a bundle")}
                {PartMarkup.Button(call.Link(Path("/checkout")), "Checkout link")}
                """),
            Scripts = tab is null ? ["uPlot.iife.min.js", Script] : [Script],
            Styles = tab is null ? ["uPlot.min.css", "overview.css", Style] : [Style],
        };
    }

    /// <summary>A page about one act: a form with what surrounds it.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="title">What is done.</param>
    /// <param name="body">The form.</param>
    /// <param name="answer">Why the API did not do it; null: it was not asked yet.</param>
    /// <param name="back">The page that it was opened from; null: the list of customers.</param>
    public PageView Act(
        PageCall call, string title, Markup body, ApiAnswer? answer = null, (string Address, string Text)? back = null) =>
        new(PageArea.Customers, title, Markup.Of($"""
            <p class="trail">{PartMarkup.Link(back?.Address ?? call.Link("/customers"), back?.Text ?? "Customers")} /
            {PartMarkup.Link(call.Link(Path()), TextMarkup.Name(Name))}</p>
            {body}
            """))
        {
            Styles = [Style],
            Status = answer is { IsOk: false } ? answer.Status : StatusCodes.Status200OK,
        };

    // The overview tab shows more that changes than the balance.
    private string Live(PageCall call, string? tab) => tab is null
        ? call.Link(Path("/live"), [(CustomerStream.Overview, "yes"), .. CustomerPlots.Parameters.Select(name => (name, call.Query(name)))])
        : call.Link(Path("/live"));

    private Markup Facts()
    {
        List<Markup> facts = [TextMarkup.Code(Id)];
        if (Reference is { } reference && reference != Name)
        {
            facts.Add(TextMarkup.Name(reference));
        }

        facts.AddRange(new[] { Contact("email"), Contact("phone") }.OfType<string>().Where(text => text != Name).Select(TextMarkup.Name));
        if (Customer.Member("subscription")?.Text("name") is { } plan)
        {
            facts.Add(Markup.Of($"""<span class="badge plain">{TextMarkup.Name(plan)}</span>"""));
        }

        return Markup.Of($"""<ul class="known">{facts.Select(fact => Markup.Of($"<li>{fact}</li>"))}</ul>""");
    }
}
