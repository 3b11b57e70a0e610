using Lava.Billing.Checkout;
using Lava.Billing.Payments;

namespace Lava.Server.Web.Checkout;

/// <summary>The customer's bank wants the payment to be confirmed: the sandbox's bank is the page itself.</summary>
internal static class AuthenticateStep
{
    public static StepPage Of(CheckoutView view)
    {
        var amount = view.Quote is { } quote ? MoneyText.Of(quote.Fee) : "this payment";
        return view.Card is { Provider: PaymentProviderKind.Stripe } entry
            ? new StepPage("Your bank asks you to confirm", Markup.Of($"""
                <div class="bank" data-script="{entry.ScriptUrl}" data-key="{entry.PublishableKey}" data-client="{entry.ClientSecret}">
                {PagePart.Alert(view)}
                <p class="lead" role="status">Answer your bank's question about {amount} in the window that opens here.</p>
                <button class="primary" type="button" data-again>Ask again</button>
                <button class="secondary" type="button" data-act="authenticate" data-done="false">Pay another way</button>
                <p class="contact" data-own-tab hidden>
                Is there no question to be seen? Some banks show theirs in a whole tab only. Press “Pay another way”, then open this
                checkout in a tab of its own: <a target="_blank" rel="noopener noreferrer"></a></p>
                </div>
                """)) { Module = "card-stripe" }
            : new StepPage("Your bank asks you to confirm", Markup.Of($"""
                {PagePart.Alert(view)}
                <div class="bank">
                <p class="lead">Test bank: confirm the payment of {amount} to <bdi>{view.MerchantName}</bdi>?</p>
                <button class="primary" type="button" data-act="authenticate" data-done="true">Confirm</button>
                <button class="secondary" type="button" data-act="authenticate" data-done="false">Refuse</button>
                </div>
                """));
    }
}
