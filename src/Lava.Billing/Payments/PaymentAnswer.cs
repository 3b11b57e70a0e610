namespace Lava.Billing.Payments;

/// <summary>What somebody who asked for a charge is told.</summary>
/// <param name="Status">How far it is.</param>
/// <param name="Terms">What the payment was opened for, maybe before what was asked for now had changed; null: none was opened.</param>
/// <param name="LacksMethod">There is no card that can be charged; nothing was opened.</param>
/// <param name="IsTooSmall">It is less than what is charged at least, and was not asked for.</param>
public sealed record PaymentAnswer(
    PaymentStatus Status, NewPayment? Terms = null, bool LacksMethod = false, bool IsTooSmall = false);
