using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A refund as the provider has it.</summary>
/// <param name="Reference">The provider's name of it; null where there was no answer.</param>
/// <param name="RefundId">Ours, where it was asked for by us; null: made at the provider.</param>
/// <param name="Amount">What goes back.</param>
/// <param name="Status"><see cref="RefundStatus.Waiting"/>: no answer.</param>
/// <param name="FailureCode">Why it failed, in the provider's words; null where it did not.</param>
public sealed record RefundResult(string? Reference, Guid? RefundId, Money Amount, RefundStatus Status, string? FailureCode);
