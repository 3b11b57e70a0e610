namespace Lava.Billing.Payments;

/// <summary>Who wanted a refund. The values are stored: never renumber.</summary>
public enum RefundOrigin : short
{
    /// <summary>The merchant, by the API.</summary>
    Merchant = 0,

    /// <summary>It was made at the provider, in its dashboard.</summary>
    Provider = 1,

    /// <summary>Money was taken after its payment had been given up: it goes back by itself.</summary>
    LateCapture = 2,
}
