namespace Lava.Billing.Webhooks;

/// <summary>Deliveries and their turns: of each webhook and customer the oldest that waits is next, and no other.</summary>
public interface IDeliveryQueue
{
    /// <summary>Takes deliveries whose turn and time has come; each is nobody else's for <see cref="WebhookLimits.Lease"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">At most.</param>
    /// <param name="underWay">How many are on their way to each webhook: <see cref="WebhookLimits.SendsPerWebhook"/> at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<List<WebhookDelivery>> TakeAsync(
        DateTimeOffset now, int limit, IReadOnlyDictionary<Guid, int> underWay, CancellationToken cancellationToken);

    /// <summary>Notes how an attempt went.</summary>
    /// <param name="delivery">As it was taken.</param>
    /// <param name="state">What it is now.</param>
    /// <param name="next">When it is tried again, if it still waits.</param>
    /// <param name="outcome">How it went.</param>
    /// <param name="at">When it ended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task EndAsync(
        WebhookDelivery delivery, DeliveryState state, DateTimeOffset? next, SendOutcome outcome, DateTimeOffset at,
        CancellationToken cancellationToken);

    /// <summary>Cancels all that waits for a webhook.</summary>
    Task CancelAsync(Guid webhookId, CancellationToken cancellationToken);
}
