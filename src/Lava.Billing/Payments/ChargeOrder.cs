using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>One attempt to charge a card.</summary>
/// <param name="PaymentId">The payment; with <paramref name="Attempt"/> the provider's idempotency key.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Amount">Whole cents; positive.</param>
/// <param name="MethodReference">The provider's name for the card; never a card number.</param>
/// <param name="MerchantId">Whose customer pays.</param>
/// <param name="IsTest">Of a test merchant.</param>
/// <param name="Description">For the customer's statement.</param>
public sealed record ChargeOrder(
    Guid PaymentId, int Attempt, Money Amount, string MethodReference, Guid MerchantId, bool IsTest, string Description);
