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
            {PagePart.Alert(view)}
            {QuotePart.Of(view)}
            {Card(view)}
            {PagePart.Error(view, "card")}
            <input type="hidden" name="quoted" value="{quote.Hash}">
            <p class="consent">{Consent(view, quote)}</p>
            {PagePart.Submit(OfferText.Buy(quote))}
            </form>
            """));
    }

    // The cards are buttons: they send themselves, not the form that they stand in.
    private static Markup Card(CheckoutView view) => view.Cards.FirstOrDefault(card => card.IsChosen) is not { } chosen
        ? Markup.Empty
        : Markup.Of($"""
            <div class="chosen">
            <p class="label">Card</p>
            <p class="card">{CardText.Name(chosen)} <span class="quiet">Expires {CardText.Expiry(chosen)}</span></p>
            <details>
            <summary>Use another card</summary>
            {CardList.Of(view with { Cards = [.. view.Cards.Where(card => !card.IsChosen)] })}
            {PagePart.Other("choose", "Enter a new card")}
            </details>
            </div>
            """);

    private static Markup Consent(CheckoutView view, CheckoutQuote quote)
    {
        var next = OfferText.Next(view);
        return quote.Fee > Money.Zero && next is null ? Markup.Of(
                $"By paying you let <bdi>{view.MerchantName}</bdi> charge your card {MoneyText.Of(quote.Fee)} once.")
            : quote.Fee > Money.Zero ? Markup.Of(
                $"By paying you let <bdi>{view.MerchantName}</bdi> charge your card {MoneyText.Of(quote.Fee)} now and {next}, until you cancel.")
            : next is not null ? Markup.Of(
                $"Nothing is charged today. You let <bdi>{view.MerchantName}</bdi> charge your card {next}, until you cancel.")
            : Markup.Of($"Nothing is charged.");
    }
}
