using System.Collections.Frozen;

namespace Lava.Billing.Checkout;

/// <summary>
/// Why a card was declined, for its owner. Never a provider's own message; what a bank does not want told is told in the general words.
/// </summary>
public static class DeclineWords
{
    private const string General = "Your card was declined. Use another card, or ask your bank.";

    private const string NotConfirmed = "The payment was not confirmed at your bank. Nothing was charged; try again or use another card.";

    private const string Busy = "The bank could not handle the payment just now. Nothing was charged; try again in a minute.";

    private const string NotThis = "Your card can't be used for this kind of purchase. Use another card.";

    private const string OverLimit = "Your card is over its limit. Use another card, or ask your bank.";

    private const string WrongDate = "The date of your card is not right. Check it and try again.";

    private const string TestCard = "This is a test card; it pays nothing here. Use another card.";

    // The codes are Stripe's (https://docs.stripe.com/declines/codes) and our own.
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["insufficient_funds"] = "Your card has insufficient funds. Use another card.",
        ["expired_card"] = "Your card has expired. Use another card.",
        ["incorrect_cvc"] = "The security code of your card is not right. Check it and try again.",
        ["invalid_cvc"] = "The security code of your card is not right. Check it and try again.",
        ["incorrect_number"] = "This card number can't be used. Check it, or use another card.",
        ["invalid_number"] = "This card number can't be used. Check it, or use another card.",
        ["invalid_expiry_month"] = WrongDate,
        ["invalid_expiry_year"] = WrongDate,
        ["card_velocity_exceeded"] = OverLimit,
        ["withdrawal_count_limit_exceeded"] = OverLimit,
        ["processing_error"] = Busy,
        ["issuer_not_available"] = Busy,
        ["reenter_transaction"] = Busy,
        ["try_again_later"] = Busy,
        ["authentication_required"] = NotConfirmed,
        ["payment_intent_authentication_failure"] = NotConfirmed,
        ["setup_intent_authentication_failure"] = "Your bank did not confirm the card. Nothing was charged; try again or use another card.",
        ["card_not_supported"] = NotThis,
        ["currency_not_supported"] = NotThis,
        ["not_permitted"] = NotThis,
        ["service_not_allowed"] = NotThis,
        ["transaction_not_allowed"] = NotThis,
        ["interrupted"] = "The payment was interrupted. Nothing was charged; press Pay again.",
        ["disputed"] = "A payment with this card was disputed. Use another card.",
        ["other_payment_provider"] = "This card was saved with another payment provider and can't be charged here. Enter your card again.",
        ["test_card_in_live_mode"] = TestCard,
        ["testmode_decline"] = TestCard,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>For a code of the provider's; null: none was given.</summary>
    public static string Of(string? code) => code is null ? General : Words.GetValueOrDefault(code, General);
}
