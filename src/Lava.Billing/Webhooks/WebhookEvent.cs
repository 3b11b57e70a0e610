namespace Lava.Billing.Webhooks;

/// <summary>Something that webhooks are to be told of.</summary>
/// <param name="Sequence">Its place in the order of a customer's events.</param>
/// <param name="WalletId">The customer's wallet.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Facts">What the customer's state does not tell: a JSON object; null: nothing.</param>
public sealed record WebhookEvent(long Sequence, long WalletId, WebhookEventKind Kind, string? Facts);
