using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Billing.Payments;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>
/// Sells a customer a bundle by hand: what the card is charged and what it brings is shown before. A form that is sent twice buys once.
/// </summary>
internal static class BundleSalePages
{
    private const string Bundle = "/bundle";
    private const string Field = "credit_bundle_id";
    private const string Cost = "cost";
    private const string Credit = "credit_amount";
    private const int BundlesMax = 100;
    private const int CardsMax = 100;

    private static readonly string[] Columns = ["Bundle", "#Price", "#Credit", "Sell"];

    public static void Map(PageRoutes routes)
    {
        routes.Get($"/customers/{{id}}{Bundle}", call => ShowAsync(call, call.Query("bundle"), null, null));
        routes.Post($"/customers/{{id}}{Bundle}", SellAsync);
    }

    private static async Task ShowAsync(PageCall call, string? chosen, PostedForm? sent, ApiAnswer? answer)
    {
        var head = await CustomerHead.ReadAsync(call);
        var bundles = await BundlesAsync(call, head);
        var card = await CardAsync(call, head);
        var bundle = bundles.FirstOrDefault(one => one.Text(Field) == chosen);
        await call.OkAsync(head.Act(call, "Sell a bundle", Markup.Of($"""
            {Problem(call, head, answer)}
            {(bundle.ValueKind == JsonValueKind.Object ? Confirm(call, head, bundle, card, sent) : Markup.Empty)}
            <section aria-label="Bundles"><h2>Bundles of the customer's plan</h2>{Bundles(call, head, bundles)}</section>
            """), answer));
    }

    private static async Task SellAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var chosen = form.Text(Field);
        var bundle = (await BundlesAsync(call, head)).FirstOrDefault(one => one.Text(Field) == chosen);

        // Nobody is charged another price than the one that was confirmed.
        if (bundle.ValueKind == JsonValueKind.Object && (bundle.Text(Cost) != form.Text(Cost) || bundle.Text(Credit) != form.Text(Credit)))
        {
            await ShowAsync(call, chosen, form, OwnError.Of(Field, "It was changed in the meantime: look at its price and credit again"));
            return;
        }

        var key = form.Text(CreditPages.KeyField.Name);
        var answer = await call.SendAsync(
            HttpMethods.Post, head.Path("/bundles"), new JsonObject { [Field] = chosen, [CreditPages.KeyField.Name] = key });
        if (!answer.IsOk)
        {
            // A declined payment has ended as far as its key goes: the next try, perhaps with another card, is another purchase.
            var (sent, told) = CreditPages.Anew(answer.Status == StatusCodes.Status402PaymentRequired ? null : form, answer);
            await ShowAsync(call, chosen, sent, told);
            return;
        }

        await (answer.Body.Text("status") == "succeeded"
            ? call.SeeOtherAsync(head.Tab(call, "grants"), "bundle-sold")
            : call.SeeOtherAsync(Payment(call, head, answer.Body.Text("payment_id")!)));
    }

    // None where the customer has no plan.
    private static async Task<List<JsonElement>> BundlesAsync(PageCall call, CustomerHead head) =>
        head.Customer.Member("subscription")?.Text("plan_id") is { } plan
            ? [.. (await call.GetAsync($"/credit_bundles?plan_id={plan}&limit={BundlesMax}")).Found("bundles").Items("data")]
            : [];

    private static async Task<JsonElement?> CardAsync(PageCall call, CustomerHead head)
    {
        var cards = (await call.GetAsync(head.Path($"/payment_methods?limit={CardsMax}"))).Found("customer").Items("data");
        return cards.Where(card => card.Flag("is_default")).Select(card => (JsonElement?)card).FirstOrDefault();
    }

    private static Markup Confirm(PageCall call, CustomerHead head, JsonElement bundle, JsonElement? card, PostedForm? sent)
    {
        var price = WholeCents.Up(bundle.Amount(Cost));
        var values = CreditPages.WithKey(call, sent);
        var button = card is null
            ? Markup.Of($"<p>{PartMarkup.Link(head.Tab(call, "payments"), "Without a card nothing can be charged.")}</p>")
            : FormMarkup.Button(
                call.Link(head.Path(Bundle)), call.FormToken, $"Charge {MoneyMarkup.ShortText(price)} now", isDangerous: false,
                (Field, bundle.Text(Field)!), (Cost, bundle.Text(Cost)!), (Credit, bundle.Text(Credit)!),
                (CreditPages.KeyField.Name, values.Text(CreditPages.KeyField.Name)!));
        return Markup.Of($"""
            <section class="preview" aria-label="The purchase"><h2>{TextMarkup.Name(bundle.Text("name"))}</h2>
            {PartMarkup.Facts(
            [
                ("Charged now", PlanPages.Charged(bundle.Amount(Cost))),
                ("Credit now", MoneyMarkup.Exact(bundle.Amount(Credit))),
                ("Card", card is { } known ? CardsPart.Name(known) : TextMarkup.None),
            ])}
            <div class="acts">{button}</div></section>
            """);
    }

    private static Markup Problem(PageCall call, CustomerHead head, ApiAnswer? answer)
    {
        if (answer is null || answer.IsOk)
        {
            return Markup.Empty;
        }

        // A declined card's details are of the payment; others' are of fields.
        var details = answer.Body.Member("error")?.Member("details");
        var text = details is { ValueKind: JsonValueKind.Object } decline && decline.Text("decline_code") is { } code
            ? Markup.Of($"""
                The card was not charged. {CustomerWords.DeclineText(code)}.
                {(decline.Text("payment_id") is { } payment ? PartMarkup.Link(Payment(call, head, payment), "The payment") : Markup.Empty)}
                """)
            : Markup.Of($"{string.Join(". ", answer.FieldErrors.Values.DefaultIfEmpty(answer.Message))}");
        return Markup.Of($"""<div class="notice bad" role="alert"><p>{text}</p></div>""");
    }

    private static Markup Bundles(PageCall call, CustomerHead head, List<JsonElement> bundles) =>
        head.Customer.Member("subscription")?.Text("plan_id") is not { } plan
            ? Markup.Of($"""
                <p>Bundles belong to a plan, and this customer has none.
                {PartMarkup.Link(call.Link(head.Path("/plan")), "Choose a plan")}</p>
                """)
            : bundles.Count == 0
                ? Markup.Of($"""
                    <p>The customer's plan has no bundles yet. {PartMarkup.Link(call.Link(Pricing.PlanForm.PathOf(plan)), "Make one")}</p>
                    """)
                : TableMarkup.Of("Bundles", Columns, bundles.Select(bundle => Row(call, head, bundle)));

    private static Markup[] Row(PageCall call, CustomerHead head, JsonElement bundle) =>
    [
        TextMarkup.Name(bundle.Text("name")),
        call.Amount(bundle.Amount(Cost)),
        call.Amount(bundle.Amount(Credit)),
        Markup.Of($"""
            <a class="button" href="{call.Link(head.Path(Bundle), ("bundle", bundle.Text(Field)))}"
            aria-label="Sell {TextMarkup.Plain(bundle.Text("name")!)}">Sell</a>
            """),
    ];

    private static string Payment(PageCall call, CustomerHead head, string id) => call.Link(head.Path($"/payments/{id}"));
}
