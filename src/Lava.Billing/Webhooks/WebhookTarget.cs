namespace Lava.Billing.Webhooks;

/// <summary>Where events go, and what they are signed with.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="MerchantId">Whose.</param>
/// <param name="IsTest">Of a test merchant.</param>
/// <param name="Url">The target.</param>
/// <param name="KeyId">The master key that the secret is sealed under.</param>
/// <param name="Sealed">The secret, encrypted.</param>
public sealed record WebhookTarget(Guid WebhookId, Guid MerchantId, bool IsTest, string Url, int KeyId, byte[] Sealed);
