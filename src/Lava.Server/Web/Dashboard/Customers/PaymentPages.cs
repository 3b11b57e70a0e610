using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>One payment of a customer: what became of it, another attempt, money back.</summary>
internal static class PaymentPages
{
    private const string Path = "/customers/{id}/payments/{payment}";

    // As many as the API lists at once: each is a cent at least, and people give back by hand.
    private const int RefundsMax = 100;

    public static void Map(PageRoutes routes)
    {
        routes.Get(Path, call => ShowAsync(call, null, null));
        routes.Post($"{Path}/retry", RetryAsync);
        routes.Post($"{Path}/refund", RefundAsync);
        routes.Post($"{Path}/review/{{decision}}", DecideAsync);
    }

    private static async Task ShowAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var head = await CustomerHead.ReadAsync(call);
        var payment = await PaymentAsync(call, head);
        var list = await call.GetAsync($"/payments/{payment.Text("payment_id")}/refunds?limit={RefundsMax}");
        var refunds = list.Found("payment").Items("data").ToList();
        var problem = sent is null && answer is not null
            ? Markup.Of($"""<div class="notice bad" role="alert"><p>{answer.Message}</p></div>""")
            : Markup.Empty;
        var retry = payment.Text("status") == "waiting"
            ? FormMarkup.Button(Address(call, head, payment, "/retry"), call.FormToken, "Try again now")
            : Markup.Empty;
        await call.OkAsync(head.Act(call, "Payment", Markup.Of($"""
            {problem}
            <section aria-label="Payment">{Facts(call, payment)}<div class="acts">{retry}</div></section>
            {Review(call, head, payment)}
            <section aria-label="Given back"><h2>Given back</h2>{Refunds(call, refunds)}{Form(call, head, payment, sent, answer)}</section>
            """), answer));
    }

    private static async Task RetryAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var payment = await PaymentAsync(call, head);
        var answer = await call.SendAsync(HttpMethods.Post, $"/payments/{payment.Text("payment_id")}/retry");
        await (answer.IsOk ? call.SeeOtherAsync(Address(call, head, payment), "retried") : ShowAsync(call, null, answer));
    }

    private static async Task RefundAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var payment = await PaymentAsync(call, head);
        var answer = await call.SendAsync(
            HttpMethods.Post, $"/payments/{payment.Text("payment_id")}/refunds", form.ToJson(Spec(call, head, payment)));
        var (sent, told) = CreditPages.Anew(form, answer);
        await (answer.IsOk ? call.SeeOtherAsync(Address(call, head, payment), "refunded") : ShowAsync(call, sent, told));
    }

    private static async Task DecideAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var payment = await PaymentAsync(call, head);
        var answer = await call.SendAsync(
            HttpMethods.Post,
            $"/payments/{payment.Text("payment_id")}/review",
            new JsonObject { ["decision"] = (string)call.Http.Request.RouteValues["decision"]! });
        await (answer.IsOk ? call.SeeOtherAsync(Address(call, head, payment), "decided") : ShowAsync(call, null, answer));
    }

    // Of this customer: the address of one must not show another's.
    private static async Task<JsonElement> PaymentAsync(PageCall call, CustomerHead head)
    {
        var id = Uri.EscapeDataString((string)call.Http.Request.RouteValues["payment"]!);
        var payment = (await call.GetAsync($"/payments/{id}")).Found("payment");
        return payment.Text("customer_id") == head.Id ? payment : throw ApiException.NotFound("payment");
    }

    private static string Address(PageCall call, CustomerHead head, JsonElement payment, string rest = "") =>
        call.Link(head.Path($"/payments/{payment.Text("payment_id")}{rest}"));

    private static Markup Facts(PageCall call, JsonElement payment) => PartMarkup.Facts(
    [
        ("Payment", TextMarkup.Code(payment.Text("payment_id"))),
        ("State", CustomerWords.State(payment.Text("status"))),
        ("For", Markup.Of($"{CustomerWords.PaymentKind(payment.Text("kind"))}")),
        ("Amount", MoneyMarkup.Exact(payment.Amount("amount"))),
        ("Of it the price", call.Amount(payment.Amount("fee"))),
        ("Of it overage", call.Amount(payment.Amount("overage_amount"))),
        ("Credit that it brings", call.Amount(payment.Amount("credit_amount"))),
        ("Attempts", PaymentsTab.Attempts(call, payment)),
        ("Why it was declined", CustomerWords.Decline(payment.Text("decline_code"))),
        ("Given back", MoneyMarkup.Exact(payment.Amount("refunded_amount"))),
        ("Made", call.Moment(payment.Time("created_at")!.Value)),
        ("Ended", TimeMarkup.MomentOrNone(payment.Time("ended_at"), call.Zone)),
    ]);

    // What was really taken says the provider when it is decided, not this page.
    private static Markup Review(PageCall call, CustomerHead head, JsonElement payment) => payment.Text("status") != "review"
        ? Markup.Empty
        : Markup.Of($"""
            <section aria-label="Decide"><h2>Decide what becomes of it</h2>
            <p>{TextMarkup.Name(payment.Text("review"))}</p>
            <p>It is not attempted again, and nothing else is charged to this customer before. Look it up at the payment provider first.</p>
            {GuardMarkup.Of(
                "Book it", "What the provider says it has taken is booked: the debt first, then as much credit as it paid for.",
                Address(call, head, payment, "/review/credit"), call.FormToken, "Book what was taken")}
            {GuardMarkup.Of(
                "Refuse it", "The payment ends as failed. Whatever the provider has taken of it goes back.",
                Address(call, head, payment, "/review/refund"), call.FormToken, "Give back what was taken")}
            </section>
            """);

    private static Markup Refunds(PageCall call, List<JsonElement> refunds) => refunds.Count == 0
        ? Markup.Of($"<p>Nothing was given back of it.</p>")
        : TableMarkup.Of(
            "Given back", ["Made", "State", "Reason", "#Amount", "#Credit taken"],
            refunds.Select(refund => (IReadOnlyList<Markup>)
            [
                call.Moment(refund.Time("created_at")!.Value),
                CustomerWords.State(refund.Text("status")),
                TextMarkup.NameOrNone(refund.Text("reason")),
                call.Amount(refund.Amount("amount")),
                call.Amount(refund.Amount("credit_taken")),
            ]));

    private static Markup Form(PageCall call, CustomerHead head, JsonElement payment, PostedForm? sent, ApiAnswer? answer)
    {
        var left = payment.Amount("amount") - payment.Amount("refunded_amount");
        if (payment.Text("status") != "succeeded" || left <= Money.Zero)
        {
            return Markup.Empty;
        }

        var values = CreditPages.WithKey(call, sent ?? PostedForm.Empty.With("take_credit", "on"));
        return FormMarkup.Of(Spec(call, head, payment), call.FormToken, values, sent is null ? null : answer);
    }

    private static FormSpec Spec(PageCall call, CustomerHead head, JsonElement payment) => new(
        Address(call, head, payment, "/refund"), "Give it back",
    [
        new("amount", "Amount, dollars", FieldKind.Amount) { Hint = "Whole cents. Empty: all that is left of it." },
        new("take_credit", "Take the credit back that it brought", FieldKind.Flag),
        new("reason", "Reason"),
        CreditPages.KeyField,
    ])
    {
        IsDangerous = true,
    };
}
