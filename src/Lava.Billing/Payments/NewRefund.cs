using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A refund that a merchant asks for.</summary>
/// <param name="Id">Id, chosen before the store is asked.</param>
/// <param name="MerchantId">Whose payment.</param>
/// <param name="PaymentId">The payment.</param>
/// <param name="Amount">Whole cents, positive; null: all that is left.</param>
/// <param name="TakesCredit">Takes back the credit that the payment gave, in proportion.</param>
/// <param name="Reason">Why; null: not said.</param>
/// <param name="IdempotencyKey">The caller's key; null: none.</param>
/// <param name="Fingerprint">Hash of the content, to tell a repetition from another refund under the same key.</param>
public sealed record NewRefund(
    Guid Id, Guid MerchantId, Guid PaymentId, Money? Amount, bool TakesCredit, string? Reason, string? IdempotencyKey, Guid Fingerprint)
{
    /// <summary>Who will be asked: whoever made the charge must be the same. Null: nobody.</summary>
    public PaymentProviderKind? Provider { get; init; }
}
