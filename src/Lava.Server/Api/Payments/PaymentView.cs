using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Server.Api.Payments;

/// <summary>A payment as the API shows it.</summary>
internal sealed record PaymentView(
    string PaymentId,
    string CustomerId,
    string Kind,
    string Status,
    Money Amount,
    Money Fee,
    Money OverageAmount,
    Money CreditAmount,
    bool Automatic,
    string? SubscriptionId,
    string? PlanId,
    string? CreditBundleId,
    string? PaymentMethodId,
    int Attempts,
    DateTimeOffset? NextAttemptAt,
    string? DeclineCode,
    Money RefundedAmount,
    string? Review,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt)
{
    public static PaymentView From(Payment payment, bool isTest, Money refunded)
    {
        var terms = payment.Terms;
        return new PaymentView(
            Ids.Format(IdPrefix.Payment, isTest, payment.Id),
            Ids.Format(IdPrefix.Customer, isTest, terms.CustomerId),
            KindName(terms.Kind),
            StatusName(payment.Status),
            payment.Amount,
            terms.Fee,
            terms.Overage,
            terms.Credit,
            terms.IsAutomatic,
            Id(IdPrefix.Subscription, terms.SubscriptionId),
            Id(IdPrefix.Plan, terms.PlanId),
            Id(IdPrefix.CreditBundle, terms.CreditBundleId),
            Id(IdPrefix.PaymentMethod, payment.PaymentMethodId),
            payment.Attempts,
            payment.NextAttemptAt,
            payment.DeclineCode,
            refunded,
            payment.Status == PaymentStatus.Review ? payment.Review : null,
            payment.CreatedAt,
            payment.EndedAt);

        string? Id(string prefix, Guid? id) => id is { } value ? Ids.Format(prefix, isTest, value) : null;
    }

    private static string KindName(PaymentKind kind) => kind switch
    {
        PaymentKind.Subscription => "subscription",
        PaymentKind.Renewal => "renewal",
        PaymentKind.Upgrade => "upgrade",
        PaymentKind.Overage => "overage",
        PaymentKind.Bundle => "bundle",
        PaymentKind.TopUp => "topup",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The word for a state.</summary>
    public static string StatusName(PaymentStatus status) => status switch
    {
        PaymentStatus.Waiting => "waiting",
        PaymentStatus.Attempting => "attempting",
        PaymentStatus.Succeeded => "succeeded",
        PaymentStatus.Failed => "failed",
        PaymentStatus.Superseded => "superseded",
        PaymentStatus.Review => "review",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
