using System.Collections.Frozen;

namespace Lava.Billing.Payments.Stripe;

/// <summary>Which events are kept, and what each leads to.</summary>
public static class StripeEventKinds
{
    private static readonly FrozenDictionary<string, StripeEventAct> Acts = new Dictionary<string, StripeEventAct>
    {
        ["payment_intent.succeeded"] = StripeEventAct.ResumeCharge,
        ["payment_intent.payment_failed"] = StripeEventAct.ResumeCharge,
        ["payment_intent.requires_action"] = StripeEventAct.ResumeCharge,
        ["payment_intent.canceled"] = StripeEventAct.ResumeCharge,
        ["payment_intent.processing"] = StripeEventAct.ResumeCharge,
        ["charge.refunded"] = StripeEventAct.LookAtRefundsOfCharge,
        ["refund.created"] = StripeEventAct.LookAtRefund,
        ["refund.updated"] = StripeEventAct.LookAtRefund,
        ["refund.failed"] = StripeEventAct.LookAtRefund,
        ["charge.dispute.created"] = StripeEventAct.LookAtDispute,
        ["charge.dispute.updated"] = StripeEventAct.LookAtDispute,
        ["charge.dispute.funds_withdrawn"] = StripeEventAct.LookAtDispute,
        ["charge.dispute.funds_reinstated"] = StripeEventAct.LookAtDispute,
        ["charge.dispute.closed"] = StripeEventAct.LookAtDispute,

        // The page asks itself how the entry of a card ended; the operator sees them in the table.
        ["setup_intent.succeeded"] = StripeEventAct.None,
        ["setup_intent.setup_failed"] = StripeEventAct.None,
        ["payment_method.detached"] = StripeEventAct.LookAtCard,
        ["payment_method.updated"] = StripeEventAct.LookAtCard,
        ["payment_method.automatically_updated"] = StripeEventAct.LookAtCard,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them: at most the twenty that one question to Stripe may name.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Acts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What an event of this kind leads to; null: it is not kept.</summary>
    public static StripeEventAct? Of(string kind) => Acts.TryGetValue(kind, out var act) ? act : null;
}
