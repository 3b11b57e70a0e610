namespace Lava.Server.Api.Payments;

/// <summary>Why a card is charged no more.</summary>
internal sealed record PaymentMethodErrorView(string Code, string? Message, DateTimeOffset At);
