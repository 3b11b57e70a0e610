using Lava.Billing.Overage;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A payment that is paid and booked.</summary>
/// <param name="Payment">The payment.</param>
/// <param name="IsFirst">It was booked now; else before, and the live wallet has it.</param>
/// <param name="Credited">What was put into the wallet.</param>
/// <param name="Floor">The wallet's floor now.</param>
public sealed record PaymentSuccess(Payment Payment, bool IsFirst, Money Credited, WalletFloor Floor)
{
    /// <summary>The payment was over, or paid by another charge: this money goes back by a refund of this id. Null: it does not.</summary>
    public Guid? LateRefund { get; init; }
}
