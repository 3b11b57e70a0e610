using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Server.Web.Checkout;

namespace Lava.Tests.Server.Web.Checkout;

/// <summary>A view of every step with everything in it, and its page parsed.</summary>
internal static class CheckoutViews
{
    public static IReadOnlyList<CheckoutStep> Steps { get; } = Enum.GetValues<CheckoutStep>();

    /// <summary>Every text that a merchant, a person or a provider could have made is <paramref name="text"/>.</summary>
    public static CheckoutView Of(CheckoutStep step, string text = "Acme") => new()
    {
        Step = step,
        SessionId = Guid.CreateVersion7(),
        IsTest = true,
        Mode = CheckoutMode.Subscription,
        Origin = "https://shop.example",
        MerchantName = text,
        SupportContact = text,
        Offer = new CheckoutOffer(text, Money.FromDollars(25), BillingInterval.Month, Money.FromDollars(20), [text]),
        Quote = new CheckoutQuote(
            CheckoutPurchase.NewPlan, Money.FromDollars(25), Money.FromDollars(20), [new QuoteLine(text, Money.FromDollars(25))],
            new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), Money.FromDollars(25), text),
        Phone = new PhonePrompt(null, text, text),
        Code = new CodePrompt(text, text, TimeSpan.FromSeconds(12.2)),
        Cards =
        [
            new CardChoice(Guid.CreateVersion7(), text, "4242", 4, 2030, IsChosen: true, null),
            new CardChoice(Guid.CreateVersion7(), text, "0341", 4, 2030, IsChosen: false, text),
        ],
        Card = new CardEntry(PaymentProviderKind.Stripe, text, text, text),
        ConnectionId = text,
        Problem = CheckoutProblem.OfferGone,
        Errors = [.. ((string[])["", "phone", "country", "code", "card", "amount"]).Select(field => new CheckoutError(field, text))],
        Trail = [CheckoutStep.Phone, CheckoutStep.Code, CheckoutStep.Card, CheckoutStep.Confirm],
    };

    public static CheckoutView Plain(CheckoutStep step) => Of(step) with
    {
        Errors = [],
        Phone = step == CheckoutStep.Phone ? new PhonePrompt(null, null, null) : null,
        Cards = [],
        Card = new CardEntry(PaymentProviderKind.Sandbox, null, null, null),
    };

    public static IHtmlDocument Document(CheckoutView view, bool isEmbedded = true) =>
        Parse(CheckoutDocument.Of(view, new CheckoutPages(isEmbedded, "US")).ToString());

    /// <summary>A parse error is a failure: browsers mend silently what we wrote badly.</summary>
    public static IHtmlDocument Parse(string html)
    {
        var parser = new HtmlParser(new HtmlParserOptions { IsStrictMode = true });
        return parser.ParseDocument(html);
    }
}
