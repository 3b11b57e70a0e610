using System.Collections.Frozen;

namespace Lava.Billing.Payments;

/// <summary>Why cards are declined, in the words that card networks and providers share.</summary>
public static class DeclineCodes
{
    /// <summary>There is no card, or none that can be charged.</summary>
    public const string NoMethod = "no_payment_method";

    /// <summary>The customer must confirm the charge at the bank.</summary>
    public const string AuthenticationRequired = "authentication_required";

    /// <summary>What was begun was not finished, and nothing was taken.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>Nobody charges cards of this merchant's mode.</summary>
    public const string NoProvider = "no_payment_provider";

    /// <summary>The card is on file with another provider than the configured one: it is not charged, a new one is needed.</summary>
    public const string OtherProvider = "other_payment_provider";

    /// <summary>The provider refused the order itself: our mistake or the operator's.</summary>
    public const string Refused = "provider_refused";

    /// <summary>The provider's charge was not what was ordered, and the merchant gave the money back.</summary>
    public const string Differs = "charge_differs";

    /// <summary>Of a card: a payment with it was disputed, so it is charged no more by itself.</summary>
    public const string Disputed = "disputed";

    /// <summary>Of a card: its provider does not have it any more.</summary>
    public const string Detached = "detached";

    // With these a bank says that the card itself is the reason; asking again may get the merchant fined.
    private static readonly FrozenSet<string> Hard = FrozenSet.Create(
        StringComparer.Ordinal,
        NoMethod, OtherProvider,
        "expired_card", "incorrect_number", "invalid_account", "lost_card", "pickup_card", "stolen_card", "fraudulent",
        "restricted_card", "card_not_supported", "revocation_of_authorization", "revocation_of_all_authorizations",
        "stop_payment_order", "test_card_in_live_mode");

    /// <summary>What a code means for the next attempt.</summary>
    public static ChargeOutcome OutcomeOf(string code) =>
        code == AuthenticationRequired ? ChargeOutcome.ActionRequired
        : Hard.Contains(code) ? ChargeOutcome.HardDeclined
        : ChargeOutcome.Declined;
}
