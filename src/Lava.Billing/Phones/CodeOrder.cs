namespace Lava.Billing.Phones;

/// <summary>A phone to be verified.</summary>
/// <param name="SessionId">The checkout session.</param>
/// <param name="IsTest">Of a test merchant: no message is sent.</param>
/// <param name="Phone">E.164.</param>
/// <param name="Send">Which message of the session it is, from 1.</param>
/// <param name="Reference">The provider's name of the verification; null before the first message.</param>
/// <param name="Locale">The language of the message: en.</param>
public sealed record CodeOrder(Guid SessionId, bool IsTest, string Phone, int Send, string? Reference, string Locale);
