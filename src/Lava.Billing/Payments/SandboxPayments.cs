using System.Collections.Frozen;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// Test cards. An attempt's outcome follows from the card and the number of the attempt alone: there is no state that a restart could lose.
/// </summary>
public sealed class SandboxPayments : IPaymentProvider
{
    private static readonly string[] Prefixes = ["pm_card_", "tok_"];
    private static readonly SandboxCard Declined = new("visa", "0002", "generic_decline");
    private static readonly SandboxCard Poor = new("visa", "9995", "insufficient_funds");
    private static readonly SandboxCard Expired = new("visa", "0069", "expired_card", ExpiryYear: 2020);
    private static readonly SandboxCard Lost = new("visa", "9987", "lost_card");
    private static readonly SandboxCard Stolen = new("visa", "9979", "stolen_card");
    private static readonly SandboxCard Failing = new("visa", "0119", "processing_error");

    // By their names without prefix, in lower case.
    private static readonly FrozenDictionary<string, SandboxCard> Cards = new Dictionary<string, SandboxCard>
    {
        ["visa"] = new("visa", "4242"),
        ["visa_debit"] = new("visa", "5556"),
        ["mastercard"] = new("mastercard", "4444"),
        ["mastercard_debit"] = new("mastercard", "8210"),
        ["mastercard_prepaid"] = new("mastercard", "5100"),
        ["amex"] = new("amex", "8431"),
        ["discover"] = new("discover", "9424"),
        ["diners"] = new("diners", "3237"),
        ["jcb"] = new("jcb", "0505"),
        ["unionpay"] = new("unionpay", "0005"),
        ["chargedeclined"] = Declined,
        ["chargedeclinedonce"] = Declined with { DeclinedAttempts = 1 },
        ["chargecustomerfail"] = Declined with { Last4 = "0341" },
        ["insufficientfunds"] = Poor,
        ["chargedeclinedinsufficientfunds"] = Poor,
        ["expired"] = Expired,
        ["chargedeclinedexpiredcard"] = Expired,
        ["lost"] = Lost,
        ["chargedeclinedlostcard"] = Lost,
        ["stolen"] = Stolen,
        ["chargedeclinedstolencard"] = Stolen,
        ["chargedeclinedfraudulent"] = new("visa", "0019", "fraudulent"),
        ["chargedeclinedprocessingerror"] = Failing,
        ["authenticationrequired"] = new("visa", "3184", DeclineCodes.AuthenticationRequired),
        ["chargetimeout"] = new("visa", "6975", LosesAnswer: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <inheritdoc/>
    public PaymentProviderKind Kind => PaymentProviderKind.Sandbox;

    /// <summary>A test card by its token, <c>pm_card_visa</c> or <c>tok_visa</c>; null: there is none of this name.</summary>
    public static SandboxCard? FindCard(string token)
    {
        var prefix = Array.Find(Prefixes, prefix => token.StartsWith(prefix, StringComparison.Ordinal));
        if (prefix is null)
        {
            return null;
        }

        // Declining cards are known with and without the brand that they carry.
        var name = token[prefix.Length..].ToLowerInvariant();
        name = name.StartsWith("visa_charge", StringComparison.Ordinal) ? name["visa_".Length..] : name;
        return Cards.GetValueOrDefault(name);
    }

    /// <inheritdoc/>
    public Task<ChargeResult> ChargeAsync(ChargeOrder order, CancellationToken cancellationToken)
    {
        var result = Decide(order, out var card);
        return Task.FromResult(
            card?.LosesAnswer == true ? new ChargeResult(ChargeOutcome.Unknown, null, "The answer did not come", null) : result);
    }

    /// <inheritdoc/>
    public Task<ChargeResult?> FindAsync(ChargeOrder order, CancellationToken cancellationToken) =>
        Task.FromResult<ChargeResult?>(Decide(order, out _));

    private static ChargeResult Decide(ChargeOrder order, out SandboxCard? card)
    {
        card = FindCard(order.MethodReference);
        var code = !order.IsTest ? "test_card_in_live_mode"
            : card is null ? "incorrect_number"
            : order.Attempt <= card.DeclinedAttempts ? card.DeclineCode
            : null;
        if (code == DeclineCodes.AuthenticationRequired && order is { IsAttended: true, Action: not null and not PaymentAction.Wanted })
        {
            return order.Action == PaymentAction.Done ? Paid(order) : new ChargeResult(ChargeOutcome.Declined, code, "Not confirmed", null);
        }

        return code is null
            ? Paid(order)
            : new ChargeResult(DeclineCodes.OutcomeOf(code), code, $"The test card was declined: {code}", null);
    }

    private static ChargeResult Paid(ChargeOrder order) =>
        new(ChargeOutcome.Succeeded, null, null, Ids.Format("ch", test: true, order.PaymentId));
}
