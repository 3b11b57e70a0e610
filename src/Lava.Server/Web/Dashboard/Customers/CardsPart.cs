using System.Globalization;
using System.Text.Json;
using Lava.Billing.Payments;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>
/// A customer's cards: which one is charged, which are forgotten. Numbers are entered in the checkout alone; for test data there are cards
/// to choose from.
/// </summary>
internal static class CardsPart
{
    private static readonly string[] Columns = ["Card", "Expires", "Used", "Trouble", "Change"];

    // What becomes of a test card's charges, beside declines.
    private static readonly Dictionary<string, string> Outcomes = new()
    {
        ["none"] = "pays",
        ["auth"] = "the bank asks the customer first",
        [SandboxCard.AfterDispute] = "pays, then the payment is disputed",
        [SandboxCard.AfterRefundFails] = "pays, refunds fail",
        [SandboxCard.AfterRefundPending] = "pays, refunds take their time",
    };

    private static readonly (string Value, string Label)[] TestCardOptions =
    [
        .. TestCards.All.Select(card => (card.Token, $"{card.Brand} ···· {card.Last4}: {Outcome(card)}")),
    ];

    /// <summary>The part.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="head">The customer.</param>
    /// <param name="refused">What was to be changed, and why it was not; null: nothing.</param>
    public static async Task<Markup> ReadAsync(PageCall call, CustomerHead head, (PostedForm Values, ApiAnswer Answer)? refused)
    {
        var answer = await head.ListAsync(call, "payment_methods", "cards");
        var cards = answer.Rows.ToList();
        var isOfForm = refused?.Values.Text(CardPages.Token) is not null;
        return Markup.Of($"""
            <section aria-label="Cards"><h2>Cards</h2>
            {GuardMarkup.Refused(isOfForm ? null : refused?.Answer)}
            {(cards.Count == 0 ? None : TableMarkup.Of("Cards", Columns, cards.Select(card => Row(call, head, card))))}
            {PartMarkup.Older(answer.NextCursor is { } next ? call.Here(("cards", next)) : null)}
            {(HasTestCards(call) ? Add(call, head, isOfForm ? refused : null) : Markup.Empty)}
            </section>
            """);
    }

    /// <summary>"visa ···· 4242".</summary>
    public static Markup Name(JsonElement card) =>
        Markup.Of($"<span>{TextMarkup.Name(card.Text("brand"))} ···· {card.Text("last4")}</span>");

    /// <summary>The form of a test card.</summary>
    public static FormSpec Spec(PageCall call, CustomerHead head) => new(call.Link(head.Path("/cards")), "Put it on file",
    [
        new(CardPages.Token, "Test card", FieldKind.Choice) { Options = TestCardOptions },
        new("is_default", "Charge it from now on", FieldKind.Flag),
    ]);

    private static Markup None =>
        Markup.Of($"<p>No card: nothing can be charged. A checkout link lets the customer add one.</p>");

    private static bool HasTestCards(PageCall call) =>
        call.IsTest && call.Parts.Management.Payments?.Providers.Test?.Kind == PaymentProviderKind.Sandbox;

    private static Markup Add(PageCall call, CustomerHead head, (PostedForm Values, ApiAnswer Answer)? refused) => Markup.Of($"""
        <h3>Add a test card</h3>
        {FormMarkup.Of(Spec(call, head), call.FormToken, refused?.Values, refused?.Answer)}
        """);

    private static Markup[] Row(PageCall call, CustomerHead head, JsonElement card)
    {
        var isDefault = card.Flag("is_default");
        return
        [
            Name(card),
            Markup.Of($"{card.Number("expiry_month").ToString("00", CultureInfo.InvariantCulture)}/{card.Number("expiry_year")}"),
            isDefault ? PartMarkup.Badge("plain", "by default") : TextMarkup.None,
            CustomerWords.Decline(card.Member("error")?.Text("code")),
            Markup.Of($"""
                <div class="within">{(isDefault
                    ? Markup.Empty
                    : FormMarkup.Button(Address(call, head, card, "default"), call.FormToken, "Charge this one"))}
                {GuardMarkup.Of(
                    "Remove",
                    isDefault ? "The newest other card is charged then; without one nothing is." : "Nothing is charged to it any more.",
                    Address(call, head, card, "remove"),
                    call.FormToken,
                    "Forget this card")}</div>
                """),
        ];
    }

    private static string Address(PageCall call, CustomerHead head, JsonElement card, string act) =>
        call.Link(head.Path($"/cards/{card.Text("payment_method_id")}/{act}"));

    private static string Outcome(TestCard card) => card.Charge == "ok"
        ? Outcomes.GetValueOrDefault(card.After, card.After)
        : Outcomes.GetValueOrDefault(card.Charge, CustomerWords.DeclineText(card.Charge));
}
