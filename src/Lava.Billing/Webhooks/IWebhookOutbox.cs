namespace Lava.Billing.Webhooks;

/// <summary>Where changes leave what there is to tell.</summary>
public interface IWebhookOutbox
{
    /// <summary>
    /// Writes the bodies of events that wait, in order, and makes a delivery of each for every webhook of its merchant. Gives the number
    /// of events; 0: none waited.
    /// </summary>
    Task<int> RenderAsync(CancellationToken cancellationToken);
}
