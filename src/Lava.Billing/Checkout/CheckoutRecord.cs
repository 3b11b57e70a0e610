using Lava.Billing.Payments;
using Lava.Billing.Plans;

namespace Lava.Billing.Checkout;

/// <summary>A checkout session with all that decides what may happen to it, as it was at one moment.</summary>
public sealed record CheckoutRecord
{
    /// <summary>The row.</summary>
    public required CheckoutState State { get; init; }

    /// <summary>Who sells.</summary>
    public required string MerchantName { get; init; }

    /// <summary>Of a test merchant.</summary>
    public required bool IsTest { get; init; }

    /// <summary>Where help is to be had; null: nowhere.</summary>
    public string? SupportContact { get; init; }

    /// <summary>The plan; null where none is sold or it is gone.</summary>
    public Plan? Plan { get; init; }

    /// <summary>The bundle; null where none is sold or it is gone.</summary>
    public CreditBundle? Bundle { get; init; }

    /// <summary>The customer that the session was made for; null: for whoever comes.</summary>
    public CheckoutCustomer? Named { get; init; }

    /// <summary>Who buys; null until the phone is verified.</summary>
    public CheckoutCustomer? Buyer { get; init; }

    /// <summary>The buyer's subscription; null: none.</summary>
    public Subscription? Subscription { get; init; }

    /// <summary>The buyer's renewal that could not be charged: it waits, or is just being attempted; null: none.</summary>
    public Payment? Due { get; init; }

    /// <summary>The session's payment; null: none, or those were declined.</summary>
    public CheckoutPayment? Payment { get; init; }

    /// <summary>Charges of the session that were declined.</summary>
    public int Declines { get; init; }

    /// <summary>Why the last of the buyer's payments in the session failed; null: none has.</summary>
    public string? LastDecline { get; init; }

    /// <summary>The buyer's cards, newest first.</summary>
    public IReadOnlyList<PaymentMethod> Cards { get; init; } = [];

    /// <summary>
    /// The buyer was seen under this phone not long ago: only then are cards shown, for phone numbers are given to other people.
    /// </summary>
    public bool KnowsBuyer { get; init; }

    /// <summary>Entries of cards that the merchant's sessions began within the hour.</summary>
    public int MerchantSetups { get; init; }

    /// <summary>PostgreSQL's clock, which counts for sessions, codes and quotes.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The merchant's clock, which counts for cycles.</summary>
    public required DateTimeOffset MerchantNow { get; init; }

    /// <summary>The cards that the buyer may see.</summary>
    public IEnumerable<PaymentMethod> VisibleCards => Cards.Where(card => KnowsBuyer || card.Id == State.PaymentMethodId);
}
