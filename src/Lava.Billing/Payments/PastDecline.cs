namespace Lava.Billing.Payments;

/// <summary>An attempt of a payment that was declined.</summary>
/// <param name="StartedAt">When the card was asked.</param>
/// <param name="EndedAt">When the answer was booked.</param>
/// <param name="IsForGood">The card will never pay, or there was none.</param>
public readonly record struct PastDecline(DateTimeOffset StartedAt, DateTimeOffset EndedAt, bool IsForGood);
