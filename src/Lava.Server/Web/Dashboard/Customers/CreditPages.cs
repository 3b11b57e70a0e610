using Lava.Core;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>Credit that a person gives, and what a person corrects. A form that is sent twice books once.</summary>
internal static class CreditPages
{
    /// <summary>Where credit is given, below the customer's page.</summary>
    public const string Credit = "/credit";

    private const string Key = "idempotency_key";

    private const string SentBefore =
        "This form was sent before, with other content: that is done, and nothing more. Send it again to do what stands here now, too.";

    private const string Correction = "/correction";

    public static void Map(PageRoutes routes)
    {
        routes.Get($"/customers/{{id}}{Credit}", call => ShowCreditAsync(call, null, null));
        routes.Post($"/customers/{{id}}{Credit}", GiveAsync);
        routes.Get($"/customers/{{id}}{Correction}", call => ShowCorrectionAsync(call, null, null));
        routes.Post($"/customers/{{id}}{Correction}", CorrectAsync);
    }

    /// <summary>A form's key: made when it is shown, so that all that this page sends is one and the same.</summary>
    public static PostedForm WithKey(PageCall call, PostedForm? sent = null) =>
        sent?.Text(Key) is null ? (sent ?? PostedForm.Empty).With(Key, $"{Ids.New(call.Parts.Time)}") : sent;

    /// <summary>
    /// A form that was sent before and has other content now, as after the browser's way back: nothing is booked of it, it is told so, and
    /// sent once more it is another form.
    /// </summary>
    public static (PostedForm? Sent, ApiAnswer Answer) Anew(PostedForm? sent, ApiAnswer answer) =>
        answer.Code == ErrorCode.RequestConflict.Code
            ? (sent?.With(Key, ""), OwnError.Of(answer.Status, SentBefore))
            : (sent, answer);

    /// <summary>The field that holds it.</summary>
    public static FormField KeyField { get; } = new(Key, "", FieldKind.Hidden);

    private static async Task ShowCreditAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var head = await CustomerHead.ReadAsync(call);
        await call.OkAsync(head.Act(call, "Give credit", Markup.Of($"""
            <section><p>It can be used at once. {(call.IsTest ? "" : "Nobody pays for it: it is your gift.")}</p>
            {FormMarkup.Of(CreditSpec(call, head), call.FormToken, WithKey(call, sent), answer)}</section>
            """), answer, WayBack.Of(call)));
    }

    private static async Task GiveAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var answer = await call.SendAsync(HttpMethods.Post, head.Path("/credits"), form.ToJson(CreditSpec(call, head)));
        var (sent, told) = Anew(form, answer);
        await (answer.IsOk
            ? call.SeeOtherAsync(WayBack.Of(call)?.Address ?? head.Tab(call, "grants"), "credit-given")
            : ShowCreditAsync(call, sent, told));
    }

    private static async Task ShowCorrectionAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var head = await CustomerHead.ReadAsync(call);
        await call.OkAsync(head.Act(call, "Correct the balance", Markup.Of($"""
            <section><p>Entries are never changed: a correction stands beside what it corrects, with its reason.
            Money that was paid is given back on the payment's own page.</p>
            {FormMarkup.Of(CorrectionSpec(call, head), call.FormToken, WithKey(call, sent), answer)}</section>
            """), answer));
    }

    private static async Task CorrectAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var answer = await call.SendAsync(HttpMethods.Post, head.Path("/adjustments"), form.ToJson(CorrectionSpec(call, head)));
        var (sent, told) = Anew(form, answer);
        await (answer.IsOk ? call.SeeOtherAsync(head.Tab(call, "grants"), "corrected") : ShowCorrectionAsync(call, sent, told));
    }

    private static FormSpec CreditSpec(PageCall call, CustomerHead head) => new(
        call.Link(head.Path(Credit), (WayBack.Parameter, WayBack.Of(call) is null ? null : WayBack.Overview)), "Give it",
    [
        new("amount", "Amount, dollars", FieldKind.Amount) { IsRequired = true },
        new("reason", "Reason") { Hint = "It stands beside the credit for good." },
        new("expires_at", "Expires", FieldKind.Day) { Hint = "What is left then, at midnight UTC, is gone. Empty: never." },
        KeyField,
    ]);

    private static FormSpec CorrectionSpec(PageCall call, CustomerHead head) => new(call.Link(head.Path(Correction)), "Book it",
    [
        new("kind", "Kind", FieldKind.Choice)
        {
            Options = [("correction", "Correction: adds, or with a minus takes away"), ("debt", "Debt: writes off what is owed")],
        },
        new("amount", "Amount, dollars", FieldKind.Amount) { IsRequired = true },
        new("reason", "Reason") { IsRequired = true },
        new("request_id", "Request that it is about") { Hint = "Of a correction: the request's id. It may stay empty." },
        KeyField,
    ]);
}
