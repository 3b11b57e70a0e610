using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>What is bought, for how much, with which card.</summary>
internal static class ConfirmStep
{
    public static StepPage Of(CheckoutView view)
    {
        var quote = view.Quote ?? throw new InvalidOperationException("Confirm needs a quote.");
        return new StepPage(quote.Fee > Money.Zero ? "Review and pay" : "Review and confirm", Markup.Of($"""
            <form data-act="pay" novalidate>
            {PagePart.Alert(view, "card")}
            {QuotePart.Of(view)}
            {Card(view)}
            {PagePart.ErrorAlone(view, "card")}
            <input type="hidden" name="quoted" value="{quote.Hash}">
            <p class="consent">{Consent(view, quote)}</p>
            {PagePart.Submit(OfferText.Buy(quote))}
            </form>
            {AmountStep.Change(view)}
            """));
    }

    // The cards are buttons: they send themselves, not the form that they stand in.
    private static Markup Card(CheckoutView view) => view.Cards.FirstOrDefault(card => card.IsChosen) is not { } chosen
        ? Markup.Empty
        : Markup.Of($"""
            <div class="chosen">
            <p class="label">Card</p>
            <p class="card"><span>{CardText.Name(chosen)}</span> <span class="quiet">Expires {CardText.Expiry(chosen)}</span></p>
            {Others(view with { Cards = [.. view.Cards.Where(card => !card.IsChosen)] })}
            </div>
            """);

    private static Markup Others(CheckoutView view) => view.Cards.Count == 0
        ? PagePart.Other("choose", "Use another card")
        : Markup.Of($"""
            <details>
            <summary>Use another card</summary>
            {CardList.Of(view)}
            {PagePart.Other("choose", "Enter a new card")}
            </details>
            """);

    private static Markup Consent(CheckoutView view, CheckoutQuote quote)
    {
        var seller = Markup.Of($"<bdi>{view.MerchantName}</bdi>");
        var now = MoneyText.Of(quote.Fee);
        return (quote.Fee > Money.Zero, OfferText.Next(view)) switch
        {
            (true, null) => Markup.Of($"By paying you let {seller} charge your card {now} once."),
            (true, { } next) => Markup.Of($"By paying you let {seller} charge your card {now} now and {next}, until you cancel."),
            (false, { } next) => Markup.Of($"Nothing is charged today. You let {seller} charge your card {next}, until you cancel."),
            _ => Markup.Of($"Nothing is charged."),
        };
    }
}
