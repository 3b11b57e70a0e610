namespace Lava.Billing.Checkout;

/// <summary>Why something can't be bought.</summary>
public enum CheckoutProblem
{
    /// <summary>The plan, the bundle or the customer is gone.</summary>
    OfferGone,

    /// <summary>The customer has this plan already.</summary>
    AlreadySubscribed,

    /// <summary>The server has no payment provider for this merchant.</summary>
    NoProvider,

    /// <summary>A person must look at the payment: money may have been taken.</summary>
    InReview,

    /// <summary>
    /// The cycle of the buyer's plan is over and its renewal not answered: until then nobody can say what another plan costs.
    /// </summary>
    Renewing,
}
