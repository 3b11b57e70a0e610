using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>Brings a customer to another plan: what it costs and when is shown before, as the API itself computes it.</summary>
internal static class PlanPages
{
    private const string Plan = "/plan";
    private const string Field = "plan_id";
    private const int PlansMax = 100;

    public static void Map(PageRoutes routes)
    {
        routes.Get($"/customers/{{id}}{Plan}", call => ShowAsync(call, call.Query("plan"), null));
        routes.Post($"/customers/{{id}}{Plan}", ChangeAsync);
        routes.Post($"/customers/{{id}}{Plan}/cancel", CancelAsync);
    }

    private static async Task ShowAsync(PageCall call, string? chosen, ApiAnswer? answer)
    {
        var head = await CustomerHead.ReadAsync(call);
        var present = await PresentAsync(call, head);
        var plans = (await call.GetAsync($"/plans?limit={PlansMax}")).Found("plans").Items("data").ToList();
        var plan = plans.FirstOrDefault(one => one.Text(Field) == chosen);
        var preview = plan.ValueKind == JsonValueKind.Object ? await PreviewAsync(call, head, present, plan) : Markup.Empty;
        await call.OkAsync(head.Act(call, "Change plan", Markup.Of($"""
            {(answer is null ? Markup.Empty : Markup.Of($"""<div class="notice bad" role="alert"><p>{answer.Message}</p></div>"""))}
            {preview}
            <section aria-label="Plans"><h2>Plans</h2>{Plans(call, head, present, plans)}</section>
            """), answer));
    }

    private static async Task ChangeAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var chosen = form.Text(Field);
        var present = await PresentAsync(call, head);
        var answer = present is { } subscription
            ? await call.SendAsync(HttpMethods.Post, ChangeOf(subscription), new JsonObject { [Field] = chosen })
            : await call.SendAsync(HttpMethods.Post, "/subscriptions", new JsonObject { ["customer_id"] = head.Id, [Field] = chosen });
        var notice = present?.Text(Field) == chosen ? "kept" : "changed";
        await (answer.IsOk ? call.SeeOtherAsync(head.Tab(call, null), notice) : ShowAsync(call, chosen, answer));
    }

    private static async Task CancelAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var answer = await PresentAsync(call, head) is { } present
            ? await call.SendAsync(HttpMethods.Delete, $"/subscriptions/{present.Text("subscription_id")}")
            : null;
        await (answer is { IsOk: false } ? ShowAsync(call, null, answer) : call.SeeOtherAsync(head.Tab(call, null), "plan-ends"));
    }

    private static async Task<JsonElement?> PresentAsync(PageCall call, CustomerHead head) =>
        (await call.GetAsync(head.Path("/subscription"))).Found("customer").Member("subscription");

    private static string ChangeOf(JsonElement present) => $"/subscriptions/{present.Text("subscription_id")}/change";

    private static Markup Plans(PageCall call, CustomerHead head, JsonElement? present, List<JsonElement> plans) => plans.Count == 0
        ? PartMarkup.Empty("No plans yet", "Plans are made on the page of prices.")
        : TableMarkup.Of(
            "Plans",
            ["Plan", "#Price", "#Credit of a cycle", "Meters", "Choose"],
            plans.Select(plan => PlanRow(call, head, present, plan)));

    private static Markup[] PlanRow(PageCall call, CustomerHead head, JsonElement? present, JsonElement plan)
    {
        var id = plan.Text(Field)!;
        var name = plan.Text("name")!;
        return
        [
            TextMarkup.Name(name),
            Markup.Of($"{CustomerWords.Price(plan)}"),
            call.Amount(plan.Amount("included_credit")),
            Meters(plan),
            present?.Text(Field) == id
                ? PartMarkup.Badge("plain", "present plan")
                : Markup.Of($"""
                    <a class="button" href="{call.Link(head.Path(Plan), ("plan", id))}"
                    aria-label="Preview the change to {TextMarkup.Plain(name)}">Preview</a>
                    """),
        ];
    }

    private static async Task<Markup> PreviewAsync(PageCall call, CustomerHead head, JsonElement? present, JsonElement plan)
    {
        Markup what;
        if (present is { } subscription)
        {
            var answer = await call.SendAsync(
                HttpMethods.Post, ChangeOf(subscription), new JsonObject { [Field] = plan.Text(Field), ["preview"] = true });
            if (!answer.IsOk)
            {
                return Markup.Of($"""<div class="notice bad" role="alert"><p>{answer.Message}</p></div>""");
            }

            what = Change(call, answer.Body);
        }
        else
        {
            what = Terms(call, plan.Amount("period_amount"), plan.Amount("included_credit"), "At once, for a whole cycle");
        }

        return Markup.Of($"""
            <section class="preview" aria-label="The change"><h2>To {TextMarkup.Name(plan.Text("name"))}</h2>{what}
            <div class="acts">{FormMarkup.Button(
                call.Link(head.Path(Plan)), call.FormToken, "Change to this plan", isDangerous: false, (Field, plan.Text(Field)!))}</div>
            </section>
            """);
    }

    private static Markup Change(PageCall call, JsonElement change)
    {
        var proration = change.Member("proration")!.Value;
        var at = change.Time("effective_at")!.Value;
        var (left, whole) = (proration.Number("remaining_seconds"), proration.Number("cycle_seconds"));
        var isLater = change.Member("subscription")?.Time("cycle_end_at") == at;
        return isLater
            ? Markup.Of($"<p>When what was paid for has ended, at {call.Moment(at)}. Nothing is charged now.</p>")
            : Terms(
                call, proration.Amount("amount"), proration.Amount("credit"),
                whole > 0 && left < whole ? $"At once, for the {Percent(left, whole)} % of the cycle that are left" : "At once");
    }

    /// <summary>What a card is charged for a price: whole cents.</summary>
    public static Markup Charged(Money price) => WholeCents.Up(price) is var cents && cents == price
        ? MoneyMarkup.Short(price)
        : Markup.Of($"{MoneyMarkup.Short(cents)}: {MoneyMarkup.Exact(price)}, in whole cents");

    private static Markup Meters(JsonElement plan)
    {
        var names = plan.Items("linked_meters")
            .Select((meter, i) => Markup.Of($"{(i == 0 ? "" : ", ")}{TextMarkup.Name(meter.Text("name"))}")).ToList();
        return names.Count == 0 ? TextMarkup.None : Markup.Join(names);
    }

    private static string Percent(long part, long whole) => (100m * part / whole).ToString("0.#", CultureInfo.InvariantCulture);

    private static Markup Terms(PageCall call, Money price, Money credit, string when) => PartMarkup.Facts(
    [
        ("Charged now", Charged(price)),
        ("Credit now", MoneyMarkup.Exact(credit)),
        ("When", Markup.Of($"{when}")),
    ]);
}
