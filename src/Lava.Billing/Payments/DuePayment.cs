namespace Lava.Billing.Payments;

/// <summary>A payment that somebody must look at.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="IsInDoubt">An attempt was begun and its result never came; else its time has come.</param>
public readonly record struct DuePayment(Guid PaymentId, bool IsInDoubt);
