using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>What became of a decision to buy.</summary>
/// <param name="Record">The session afterwards.</param>
/// <param name="Payment">The payment to attempt; null: none.</param>
/// <param name="Opening">How opening it ended; null where none was to be opened.</param>
/// <param name="Floor">The buyer's floor, where it may have changed.</param>
/// <param name="IsCompleted">The session was completed by this.</param>
/// <param name="Credit">What the buyer's wallet gained in the store by the completion.</param>
public sealed record CheckoutActed(
    CheckoutRecord Record, Payment? Payment = null, OpeningOutcome? Opening = null, WalletFloor? Floor = null, bool IsCompleted = false,
    Money Credit = default);
