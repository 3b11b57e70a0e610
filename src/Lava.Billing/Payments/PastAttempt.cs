namespace Lava.Billing.Payments;

/// <summary>An attempt to charge, of any payment of a wallet.</summary>
/// <param name="At">When it began.</param>
/// <param name="HasFailed">It was declined.</param>
public readonly record struct PastAttempt(DateTimeOffset At, bool HasFailed);
