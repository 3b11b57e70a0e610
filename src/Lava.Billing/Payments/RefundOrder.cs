using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>Money to be given back.</summary>
/// <param name="RefundId">The refund; the provider's idempotency key.</param>
/// <param name="PaymentId">The payment.</param>
/// <param name="ChargeReference">The provider's name of the charge.</param>
/// <param name="Amount">Whole cents; positive.</param>
/// <param name="IsTest">Of a test merchant.</param>
/// <param name="CreatedAt">When it was made, by PostgreSQL's clock: how far back the provider is searched.</param>
public sealed record RefundOrder(
    Guid RefundId, Guid PaymentId, string ChargeReference, Money Amount, bool IsTest, DateTimeOffset CreatedAt);
