using System.Collections.Frozen;

namespace Lava.Billing.Payments.Stripe;

/// <summary>What Stripe's words mean here.</summary>
internal static class StripeOutcomes
{
    // Of a PaymentIntent. With requires_payment_method the last error decides: there is one unless it was never confirmed.
    private static readonly FrozenDictionary<string, ChargeOutcome> Charges = new Dictionary<string, ChargeOutcome>
    {
        ["succeeded"] = ChargeOutcome.Succeeded,
        ["requires_action"] = ChargeOutcome.ActionRequired,
        ["processing"] = ChargeOutcome.Unknown,
        ["requires_payment_method"] = ChargeOutcome.Declined,
        ["requires_confirmation"] = ChargeOutcome.NotTaken,
        ["canceled"] = ChargeOutcome.NotTaken,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, RefundStatus> Refunds = new Dictionary<string, RefundStatus>
    {
        ["succeeded"] = RefundStatus.Succeeded,
        ["pending"] = RefundStatus.Asked,
        ["requires_action"] = RefundStatus.Asked,
        ["failed"] = RefundStatus.Failed,
        ["canceled"] = RefundStatus.Failed,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // An appeal follows a dispute that was lost: the money is away until it is won.
    private static readonly FrozenDictionary<string, DisputeStatus> Disputes = new Dictionary<string, DisputeStatus>
    {
        ["warning_needs_response"] = DisputeStatus.Inquiry,
        ["warning_under_review"] = DisputeStatus.Inquiry,
        ["warning_closed"] = DisputeStatus.Won,
        ["needs_response"] = DisputeStatus.Open,
        ["under_review"] = DisputeStatus.Open,
        ["appeal_needs_response"] = DisputeStatus.Open,
        ["appeal_under_review"] = DisputeStatus.Open,
        ["won"] = DisputeStatus.Won,
        ["prevented"] = DisputeStatus.Won,
        ["lost"] = DisputeStatus.Lost,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, CardSetupOutcome> Setups = new Dictionary<string, CardSetupOutcome>
    {
        ["succeeded"] = CardSetupOutcome.Saved,
        ["requires_payment_method"] = CardSetupOutcome.Declined,
        ["requires_confirmation"] = CardSetupOutcome.NotReady,
        ["requires_action"] = CardSetupOutcome.NotReady,
        ["processing"] = CardSetupOutcome.NotReady,
        ["canceled"] = CardSetupOutcome.Gone,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>How a charge stands. One that is not what was ordered is neither paid nor declined: a person must look at it.</summary>
    public static ChargeResult Of(StripeIntent intent, ChargeOrder order)
    {
        if (Differences(intent, order) is { Length: > 0 } differences)
        {
            return new ChargeResult(
                ChargeOutcome.Unknown, ChargeResult.Mismatch, $"The charge differs in {differences}", intent.Id);
        }

        // A word that we do not know is no reason to take it for paid or unpaid.
        var outcome = Charges.GetValueOrDefault(intent.Status ?? "", ChargeOutcome.Unknown);
        return outcome switch
        {
            ChargeOutcome.Declined when intent.Decline is { } code => Declined(code, intent.Id, order.IsAttended),
            ChargeOutcome.Declined => new ChargeResult(ChargeOutcome.NotTaken, null, null, intent.Id),
            ChargeOutcome.ActionRequired => new ChargeResult(outcome, DeclineCodes.AuthenticationRequired, null, intent.Id)
            {
                ClientSecret = order.IsAttended ? intent.ClientSecret : null,
            },
            _ => new ChargeResult(outcome, null, null, intent.Id),
        };
    }

    public static RefundStatus OfRefund(string? status) => Refunds.GetValueOrDefault(status ?? "", RefundStatus.Asked);

    /// <summary>Null: a word that we do not know; it moves nothing.</summary>
    public static DisputeStatus? OfDispute(string? status) => Disputes.TryGetValue(status ?? "", out var known) ? known : null;

    public static CardSetupOutcome OfSetup(string? status) => Setups.GetValueOrDefault(status ?? "", CardSetupOutcome.NotReady);

    // A bank's no. The words for people are our own: see who shows them. One that wanted an answer of somebody who is there, and does not
    // ask, has declined.
    private static ChargeResult Declined(string code, string? reference, bool isAttended)
    {
        var outcome = DeclineCodes.OutcomeOf(code);
        return new ChargeResult(
            outcome == ChargeOutcome.ActionRequired && isAttended ? ChargeOutcome.Declined : outcome, code, null, reference);
    }

    // Names of members alone: what the provider has in them is not repeated.
    private static string Differences(StripeIntent intent, ChargeOrder order)
    {
        var cents = StripeCents.Of(order.Amount);
        (string Name, bool IsRight)[] members =
        [
            ("amount", intent.Amount == cents),
            ("amount_received", intent.Status != "succeeded" || intent.AmountReceived == cents),
            ("currency", intent.Currency == "usd"),
            ("livemode", intent.IsLive == !order.IsTest),
            (StripeNotes.Payment, intent.Payment == StripeNotes.PaymentOf(order)),
            (StripeNotes.Attempt, intent.Attempt == ((long)order.Attempt).Text()),
        ];
        return string.Join(", ", members.Where(member => !member.IsRight).Select(member => member.Name));
    }
}
