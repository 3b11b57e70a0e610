namespace Lava.Server.Api.Payments;

/// <summary>Which payment was declined, and why.</summary>
internal sealed record DeclineDetails(string DeclineCode, string PaymentId, DateTimeOffset? NextAttemptAt);
