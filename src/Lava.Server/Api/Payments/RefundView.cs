using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Server.Api.Payments;

/// <summary>A refund as the API shows it.</summary>
internal sealed record RefundView(
    string RefundId,
    string PaymentId,
    Money Amount,
    Money CreditTaken,
    string Status,
    string? Reason,
    string? FailureCode,
    DateTimeOffset CreatedAt)
{
    public static RefundView From(Refund refund) => new(
        Ids.Format(IdPrefix.Refund, refund.IsTest, refund.Id),
        Ids.Format(IdPrefix.Payment, refund.IsTest, refund.PaymentId),
        refund.Amount,
        refund.Credit,
        refund.Status switch
        {
            RefundStatus.Succeeded => "succeeded",
            RefundStatus.Failed => "failed",
            _ => "pending",
        },
        refund.Reason,
        refund.FailureCode,
        refund.CreatedAt);
}
