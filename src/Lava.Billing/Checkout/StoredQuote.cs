using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>A quote as it is kept: it is charged as it was shown.</summary>
/// <param name="Kind">What is bought.</param>
/// <param name="Fee">What is charged now, in whole cents.</param>
/// <param name="Credit">What the wallet gets.</param>
/// <param name="At">When it was made.</param>
public readonly record struct StoredQuote(CheckoutPurchase Kind, Money Fee, Money Credit, DateTimeOffset At)
{
    /// <summary>The same kind and amounts?</summary>
    public bool Matches(StoredQuote other) => (Kind, Fee, Credit) == (other.Kind, other.Fee, other.Credit);
}
