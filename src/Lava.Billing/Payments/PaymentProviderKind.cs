namespace Lava.Billing.Payments;

/// <summary>Who takes the money. The values are stored: never renumber.</summary>
public enum PaymentProviderKind : short
{
    /// <summary>Nobody: test cards with known outcomes.</summary>
    Sandbox = 0,

    /// <summary>Stripe.</summary>
    Stripe = 1,
}
