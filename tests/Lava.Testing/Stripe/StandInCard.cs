using System.Security.Cryptography;
using System.Text;

namespace Lava.Testing.Stripe;

/// <summary>A card that the stand-in knows: Stripe's published test cards.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Token">Its name where a payment method is wanted.</param>
/// <param name="Brand">Who issues it.</param>
/// <param name="Setup">What its bank says when it is put on file: ok, auth, or why not.</param>
/// <param name="Charge">What its bank says when it is charged: ok, auth, or why not.</param>
/// <param name="After">What happens after a charge: none, dispute, refund_pending.</param>
public sealed record StandInCard(
    string Number, string Token, string Brand, string Setup = "ok", string Charge = "ok", string After = "none")
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<StandInCard> All { get; } =
    [
        new("4242424242424242", "pm_card_visa", "visa"),
        new("5555555555554444", "pm_card_mastercard", "mastercard"),
        new("378282246310005", "pm_card_amex", "amex"),
        new("6011111111111117", "pm_card_discover", "discover"),
        new("3056930009020004", "pm_card_diners", "diners"),
        new("3566002020360505", "pm_card_jcb", "jcb"),
        new("6200000000000005", "pm_card_unionpay", "unionpay"),
        new("4000000000000002", "pm_card_visa_chargeDeclined", "visa", "generic_decline", "generic_decline"),
        new("4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds", "visa", "insufficient_funds", "insufficient_funds"),
        new("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", "visa", "lost_card", "lost_card"),
        new("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", "visa", "stolen_card", "stolen_card"),
        new("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "visa", "expired_card", "expired_card"),
        new("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "visa", "incorrect_cvc", "incorrect_cvc"),
        new("4000000000000119", "pm_card_chargeDeclinedProcessingError", "visa", "processing_error", "processing_error"),
        new("4000000000000341", "pm_card_chargeCustomerFail", "visa", Charge: "generic_decline"),
        new("4000002500003155", "pm_card_authenticationRequiredOnSetup", "visa", "auth"),
        new("4000002760003184", "pm_card_authenticationRequired", "visa", "auth", "auth"),
        new("4000000000000259", "pm_card_createDispute", "visa", After: "dispute"),
        new("4000000000005126", "pm_card_refundFail", "visa"),
        new("4000000000007726", "pm_card_pendingRefund", "visa", After: "refund_pending"),
    ];

    /// <summary>The same for the same number; tells nothing of it.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Number)))[..16];

    /// <summary>Its last four digits.</summary>
    public string Last4 => Number[^4..];

    /// <summary>By its number, with or without blanks, or by its token; null: unknown.</summary>
    public static StandInCard? Find(string text)
    {
        var bare = text.Replace(" ", "", StringComparison.Ordinal);
        return All.FirstOrDefault(card => card.Number == bare || card.Token == text);
    }
}
