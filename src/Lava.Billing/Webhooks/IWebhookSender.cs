namespace Lava.Billing.Webhooks;

/// <summary>Brings a delivery to its target.</summary>
public interface IWebhookSender
{
    /// <summary>
    /// One attempt, within <see cref="WebhookLimits.Answer"/>. What goes wrong is in the outcome; it throws only if cancelled.
    /// </summary>
    Task<SendOutcome> SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken);
}
