using Lava.Billing.Overage;

namespace Lava.Billing.Payments;

/// <summary>A payment that was not paid: it waits for its next attempt, or is given up.</summary>
/// <param name="Payment">The payment as it now is.</param>
/// <param name="Floor">The wallet's floor now.</param>
public sealed record PaymentFailure(Payment Payment, WalletFloor Floor);
