namespace Lava.Billing.Payments;

/// <summary>Something that a payment provider told.</summary>
/// <param name="Provider">Who.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Kind">Its name of what happened.</param>
/// <param name="ObjectReference">Its name of what it happened to, which is read again when the event is handled.</param>
/// <param name="CreatedAt">When, by its clock.</param>
/// <param name="Attempts">How often it was tried to handle it.</param>
public sealed record ProviderEvent(
    PaymentProviderKind Provider, string Id, string Kind, string ObjectReference, DateTimeOffset CreatedAt, int Attempts = 0);
