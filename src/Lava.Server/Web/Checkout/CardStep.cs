using Lava.Billing.Checkout;
using Lava.Billing.Payments;

namespace Lava.Server.Web.Checkout;

/// <summary>
/// A card is asked for. Its fields have no names: no form can ever send what is typed there. The sandbox's module sends the test card's
/// token, Stripe's hands the card to Stripe.
/// </summary>
internal static class CardStep
{
    public static StepPage Of(CheckoutView view)
    {
        if (view.AsksForAmount)
        {
            return AmountStep.Of(view);
        }

        var isStripe = view.Card?.Provider == PaymentProviderKind.Stripe;
        return new StepPage(view.Cards.Count > 0 ? "Choose a card" : "Your card", Markup.Of($"""
            {CardList.Of(view)}
            {(isStripe ? Stripe(view, view.Card!) : Sandbox(view))}
            {AmountStep.Change(view)}
            """)) { Module = isStripe ? "card-stripe" : "card-sandbox" };
    }

    private static Markup Sandbox(CheckoutView view) => Markup.Of($"""
        <form data-act="card" novalidate>
        {PagePart.Alert(view, "card")}
        <p class="note" id="card-hint">
        Test mode: use <span class="nowrap">4242 4242 4242 4242</span>, any later date and any security code.
        </p>
        <div class="field">
        <label for="card">Card number</label>
        <input id="card" type="text" inputmode="numeric" autocomplete="cc-number" maxlength="23" required
        {PagePart.Describe(view, "card", "card-hint")}>
        {PagePart.Error(view, "card")}
        </div>
        <div class="pair">
        <div class="field">
        <label for="expiry">Expires</label>
        <input id="expiry" type="text" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY" maxlength="7" required>
        </div>
        <div class="field">
        <label for="cvc">Security code</label>
        <input id="cvc" type="text" inputmode="numeric" autocomplete="cc-csc" maxlength="4" required>
        </div>
        </div>
        {PagePart.Submit("Continue")}
        </form>
        """);

    private static Markup Stripe(CheckoutView view, CardEntry entry) => Markup.Of($"""
        <form data-act="card" data-script="{entry.ScriptUrl}" data-key="{entry.PublishableKey}" data-client="{entry.ClientSecret}"
        novalidate>
        {PagePart.Alert(view, "card")}
        <div class="field">
        <span class="label" id="card-label">Card number</span>
        <div id="card" class="slot" data-element="cardNumber" role="group" tabindex="-1" aria-labelledby="card-label"
        {PagePart.Describe(view, "card")}></div>
        {PagePart.Error(view, "card")}
        </div>
        <div class="pair">
        <div class="field">
        <span class="label" id="expiry-label">Expires</span>
        <div id="expiry" class="slot" data-element="cardExpiry" role="group" aria-labelledby="expiry-label"></div>
        </div>
        <div class="field">
        <span class="label" id="cvc-label">Security code</span>
        <div id="cvc" class="slot" data-element="cardCvc" role="group" aria-labelledby="cvc-label"></div>
        </div>
        </div>
        {PagePart.Submit("Continue")}
        </form>
        """);
}
