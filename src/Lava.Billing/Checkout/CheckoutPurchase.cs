namespace Lava.Billing.Checkout;

/// <summary>What a checkout's confirmation does. The values are stored: never renumber.</summary>
public enum CheckoutPurchase : short
{
    /// <summary>A plan begins.</summary>
    NewPlan = 0,

    /// <summary>A dearer plan takes the place of the present one at once.</summary>
    Upgrade = 1,

    /// <summary>A change waits for the cycle's end, or one that waits is withdrawn.</summary>
    AtCycleEnd = 2,

    /// <summary>A credit bundle.</summary>
    Bundle = 3,

    /// <summary>Credit of a chosen amount.</summary>
    TopUp = 4,

    /// <summary>Nothing is paid: a free plan, or a new customer alone.</summary>
    Nothing = 5,

    /// <summary>A renewal that could not be charged.</summary>
    Due = 6,
}
