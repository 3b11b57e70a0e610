using System.Globalization;
using System.Text.Json;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Dashboard.Pricing;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>Makes a link to a page where a customer pays: it is copied and sent.</summary>
internal static class CheckoutLinkPages
{
    /// <summary>Below the customer's page.</summary>
    public const string Path = "/checkout";

    private const string Offer = "offer";
    private const string TopUp = "topup";
    private const string PlanPrefix = "plan:";
    private const string BundlePrefix = "bundle:";
    private const string Life = "expires_in";
    private const int PlansMax = 100;

    // Seconds, within what the API allows.
    private static readonly (string Value, string Label)[] Lives =
        [("86400", "a day"), ("3600", "an hour"), ("259200", "3 days"), ("604800", "7 days")];

    public static void Map(PageRoutes routes)
    {
        routes.Get($"/customers/{{id}}{Path}", call => ShowAsync(call, null, null));
        routes.Post($"/customers/{{id}}{Path}", MakeAsync);
    }

    private static async Task ShowAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var head = await CustomerHead.ReadAsync(call);
        var offers = await OffersAsync(call, head);
        await call.OkAsync(head.Act(call, "Checkout link", Markup.Of($"""
            {(answer is { IsOk: true } ? Made(call, answer.Body) : Markup.Empty)}
            <section>{FormMarkup.Of(
                Spec(call, head, offers), call.FormToken, sent ?? PostedForm.Empty.With("origin_url", call.Server),
                answer is { IsOk: false } ? answer : null)}</section>
            """), answer));
    }

    private static async Task MakeAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var body = form.ToJson(Spec(call, head, []));
        body["customer_id"] = head.Id;
        var (mode, field, id) = (form.Text(Offer) ?? "") switch
        {
            var plan when plan.StartsWith(PlanPrefix, StringComparison.Ordinal) => ("subscription", "plan_id", plan[PlanPrefix.Length..]),
            var bundle when bundle.StartsWith(BundlePrefix, StringComparison.Ordinal) =>
                ("credit_bundle", "credit_bundle_id", bundle[BundlePrefix.Length..]),
            _ => (TopUp, "", ""),
        };
        body["checkout_mode"] = mode;
        if (long.TryParse(form.Text(Life), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            body[Life] = seconds;
        }

        if (field.Length > 0)
        {
            body[field] = id;
        }

        await ShowAsync(call, form, await call.SendAsync(HttpMethods.Post, "/checkout_sessions", body));
    }

    private static Markup Made(PageCall call, JsonElement session) => Markup.Of($"""
        <section class="made" aria-label="The link"><h2>Send this link</h2>
        {TextMarkup.Lines(session.Text("checkout_url")!)}
        <p>It can be paid until {call.Moment(session.Time("expires_at")!.Value)}, once.</p>
        <details><summary>The token for the widget of your own page</summary>
        {TextMarkup.Lines(session.Text("checkout_session_token")!)}</details></section>
        """);

    private static async Task<List<(string Value, string Label)>> OffersAsync(PageCall call, CustomerHead head)
    {
        var plans = (await call.GetAsync($"/plans?limit={PlansMax}")).Found("plans").Items("data").ToList();
        var present = head.Customer.Member("subscription")?.Text("plan_id");
        var bundles = plans.FirstOrDefault(plan => plan.Text("plan_id") == present) is { ValueKind: JsonValueKind.Object } own
            ? own.Items("credit_bundles")
            : [];
        return
        [
            .. bundles.Select(bundle => (
                BundlePrefix + bundle.Text("credit_bundle_id"),
                $"Bundle {Plain(bundle)}: {Dollars(bundle, "credit_amount")} for {Dollars(bundle, "cost")}")),
            .. plans.Select(plan => (PlanPrefix + plan.Text("plan_id"), $"Plan {Plain(plan)}: {CustomerWords.Price(plan)}")),
            (TopUp, "Top-up: the customer chooses the amount"),
        ];
    }

    private static string Dollars(JsonElement bundle, string name) => PricingWords.Dollars(bundle.Amount(name));

    private static string Plain(JsonElement named) => TextMarkup.Plain(named.Text("name")!);

    private static FormSpec Spec(PageCall call, CustomerHead head, IReadOnlyList<(string, string)> offers) => new(
        call.Link(head.Path(Path)), "Make the link",
    [
        new(Offer, "What is bought", FieldKind.Choice) { Path = "", Options = offers },
        new("origin_url", "Where the customer comes from")
        {
            IsRequired = true,
            Hint = "The page that may hold the checkout as a widget. For a link in a mail any of your pages will do.",
        },
        new(Life, "It expires after", FieldKind.Choice) { Path = "", Options = Lives },
    ]);
}
