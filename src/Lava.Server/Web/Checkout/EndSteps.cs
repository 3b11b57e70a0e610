using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>The steps without a form: the payment is under way, it is bought, it can't be bought.</summary>
internal static class EndSteps
{
    public static StepPage Processing(CheckoutView view) => new("Paying…", Markup.Of($"""
        {PagePart.Alert(view)}
        <div class="wait"><span class="spinner" aria-hidden="true"></span>
        <p role="status">This takes a few seconds. Don't pay again: the page looks by itself.</p></div>
        <p class="later">You may close this page. <bdi>{view.MerchantName}</bdi> will know as soon as the payment is through.</p>
        """)) { IsWaiting = true };

    /// <summary>To the visit that bought, what it bought; to any other, only that nothing is left to be done.</summary>
    public static StepPage Done(CheckoutView view) => view.ConnectionId is null
        ? new("This checkout is complete", Markup.Of($"""
            <div class="end good"><span class="sign" aria-hidden="true"></span>
            <p class="lead" role="status">Nothing is left to be done here. Go back to <bdi>{view.MerchantName}</bdi>.</p></div>
            """))
        : new(Thanks(view), Markup.Of($"""
            <div class="end good"><span class="sign" aria-hidden="true"></span>
            <p class="lead" role="status">{Bought(view)}</p></div>
            {QuotePart.Of(view)}
            """));

    public static StepPage Expired(CheckoutView view) => new("This checkout has expired", Markup.Of($"""
        <div class="end"><p class="lead">Nothing was charged. Go back to <bdi>{view.MerchantName}</bdi> and start again.</p></div>
        """));

    public static StepPage Unavailable(CheckoutView view)
    {
        var (title, text) = view.Problem switch
        {
            CheckoutProblem.AlreadySubscribed => ("You have this plan already", "There is nothing to pay."),
            CheckoutProblem.NoProvider => ("This can't be paid yet", "The seller has not set up payments. Nothing was charged."),
            CheckoutProblem.InReview => (
                "Your payment is being looked at", "Don't pay again: money may have been taken. A person will look at it."),
            CheckoutProblem.Renewing => ("Your plan is being renewed", "Try again in a minute. Nothing was charged for this."),
            _ => ("This is no longer offered", "Nothing was charged."),
        };
        return new StepPage(title, Markup.Of($"""
            <div class="end"><p class="lead">{text}</p></div>
            """));
    }

    private static string Thanks(CheckoutView view) => view.Quote?.Fee > Money.Zero ? "Payment complete" : "All done";

    private static Markup Bought(CheckoutView view) =>
        view.Offer is null ? Markup.Of($"You're connected to <bdi>{view.MerchantName}</bdi>.")
        : view.Quote?.Kind == CheckoutPurchase.AtCycleEnd ? Markup.Of($"Your change to <bdi>{view.Offer.Name}</bdi> is noted.")
        : Markup.Of($"<bdi>{view.Offer.Name}</bdi> is yours. Thank you!");
}
