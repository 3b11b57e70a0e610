namespace Lava.Billing.Checkout;

/// <summary>What a checkout session sells. The values are stored: never renumber.</summary>
public enum CheckoutMode : short
{
    /// <summary>A plan.</summary>
    Subscription = 0,

    /// <summary>A credit bundle.</summary>
    CreditBundle = 1,

    /// <summary>Nothing but the customer itself: the older SDKs.</summary>
    Onboarding = 2,

    /// <summary>Credit: the older SDKs.</summary>
    TopUp = 3,
}
