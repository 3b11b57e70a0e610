using System.Text.Json;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What a customer's cards were asked for, and the cards.</summary>
internal static class PaymentsTab
{
    private static readonly string[] Columns = ["Made", "For", "State", "Attempts", "Why not", "#Amount", "#Given back"];

    /// <summary>The tab.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="head">The customer.</param>
    /// <param name="refused">What of the cards was to be changed, and why it was not; null: nothing.</param>
    public static async Task<Markup> ReadAsync(
        PageCall call, CustomerHead head, (PostedForm Values, ApiAnswer Answer)? refused = null)
    {
        var payments = await head.ListAsync(call, "payments");
        var cards = await CardsPart.ReadAsync(call, head, refused);
        return Markup.Of($"""
            <section aria-label="Payments"><h2>Payments</h2>{Payments(call, head, payments)}</section>
            {cards}
            """);
    }

    /// <summary>How often it was attempted, and when again.</summary>
    public static Markup Attempts(PageCall call, JsonElement payment) => payment.Time("next_attempt_at") is { } next
        ? Markup.Of($"{payment.Number("attempts")}, again {call.Moment(next)}")
        : Markup.Of($"{payment.Number("attempts")}");

    private static Markup Payments(PageCall call, CustomerHead head, ApiAnswer answer)
    {
        var rows = answer.Rows.ToList();
        return rows.Count == 0
            ? PartMarkup.Empty(
                "No payments yet",
                "A plan that costs money, a bundle or a top-up is paid by card: make a checkout link and send it.",
                PartMarkup.Button(call.Link(head.Path(CheckoutLinkPages.Path)), "Make a checkout link"))
            : Markup.Of($"""
                {TableMarkup.Of("Payments", Columns, rows.Select(row => Payment(call, head, row)))}
                {PartMarkup.Older(answer.NextCursor is { } next ? call.Here(("after", next)) : null)}
                """);
    }

    private static Markup[] Payment(PageCall call, CustomerHead head, JsonElement row) =>
    [
        PartMarkup.Link(call.Link(head.Path($"/payments/{row.Text("payment_id")}")), call.Moment(row.Time("created_at")!.Value)),
        Markup.Of($"{CustomerWords.PaymentKind(row.Text("kind"))}"),
        CustomerWords.State(row.Text("status")),
        Attempts(call, row),
        CustomerWords.Decline(row.Text("decline_code")),
        call.Amount(row.Amount("amount")),
        call.Amount(row.Amount("refunded_amount")),
    ];
}
