using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>What the confirmation charges: it is stored and charged as it was shown.</summary>
/// <param name="Kind">What is bought.</param>
/// <param name="Fee">What is charged now; zero: nothing.</param>
/// <param name="Credit">What the wallet gets.</param>
/// <param name="Lines">How the fee comes about.</param>
/// <param name="NextChargeAt">When the card is charged next; null: never.</param>
/// <param name="NextCharge">What is charged then.</param>
/// <param name="Hash">What the form must repeat, so that nothing else is charged than what was shown.</param>
public sealed record CheckoutQuote(
    CheckoutPurchase Kind, Money Fee, Money Credit, IReadOnlyList<QuoteLine> Lines, DateTimeOffset? NextChargeAt, Money? NextCharge,
    string Hash);
