namespace Lava.Billing.Webhooks;

/// <summary>A delivery that is to be sent now.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Target">Whom it goes to.</param>
/// <param name="EventId">The event's public id: the same in every delivery and attempt.</param>
/// <param name="Body">The exact bytes.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="CreatedAt">When it was made; its end is counted from here.</param>
public sealed record WebhookDelivery(
    long Id, WebhookTarget Target, string EventId, byte[] Body, int Attempt, DateTimeOffset CreatedAt);
