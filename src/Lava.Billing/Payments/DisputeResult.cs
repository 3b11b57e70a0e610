using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A dispute as the provider has it.</summary>
/// <param name="Reference">The provider's name of it.</param>
/// <param name="ChargeReference">The charge.</param>
/// <param name="Amount">What is disputed.</param>
/// <param name="Status">How far it is.</param>
/// <param name="CreatedAt">When it was opened, by the provider's clock.</param>
public sealed record DisputeResult(
    string Reference, string ChargeReference, Money Amount, DisputeStatus Status, DateTimeOffset CreatedAt);
