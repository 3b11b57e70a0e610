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
    Guid PaymentId, int Attempt, Money Amount, string MethodReference, Guid MerchantId, bool IsTest, string Description)
{
    /// <summary>The provider's name of the customer; null where the provider has none.</summary>
    public string? CustomerReference { get; init; }

    /// <summary>Somebody waits for it and can answer the bank.</summary>
    public bool IsAttended { get; init; }

    /// <summary>What became of the bank's question; null: there was none.</summary>
    public PaymentAction? Action { get; init; }

    /// <summary>When the attempt was begun, by PostgreSQL's clock, never the test clock's: providers forget keys after a day.</summary>
    public DateTimeOffset SentAt { get; init; }
}
