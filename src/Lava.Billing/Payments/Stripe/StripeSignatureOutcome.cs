namespace Lava.Billing.Payments.Stripe;

/// <summary>What a webhook's signature says.</summary>
public enum StripeSignatureOutcome
{
    /// <summary>Stripe sent it, now.</summary>
    Right,

    /// <summary>Somebody else sent it, or it is not as Stripe sent it.</summary>
    Wrong,

    /// <summary>Stripe sent it, but not now: somebody may send it again.</summary>
    Old,
}
