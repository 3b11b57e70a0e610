using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Lava.Billing.Webhooks;
using Lava.Core;

namespace Lava.Server.Api.Webhooks;

/// <summary>The secrets that webhooks' bodies are signed with: made, sealed, opened.</summary>
public sealed class WebhookSecrets(SecretCipher cipher)
{
    /// <summary>How Standard Webhooks marks its secrets; what follows is base64.</summary>
    public const string Prefix = "whsec_";

    // As long as the digest that it keys.
    private const int RandomBytes = 32;

    /// <summary>The master key that secrets are sealed under.</summary>
    public int KeyId => cipher.KeyId;

    /// <summary>A new secret.</summary>
    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Encrypts a secret for its row.</summary>
    public byte[] Seal(Guid merchantId, Guid webhookId, string secret) =>
        cipher.Seal(merchantId, Name(webhookId), Encoding.ASCII.GetBytes(secret));

    /// <summary>The secret of a target; false where it was sealed under another master key.</summary>
    public bool TryOpen(WebhookTarget target, [NotNullWhen(true)] out string? secret)
    {
        var isOpen = cipher.TryOpen(target.MerchantId, Name(target.WebhookId), target.KeyId, target.Sealed, out var bytes);
        secret = isOpen ? Encoding.ASCII.GetString(bytes!) : null;
        return isOpen;
    }

    private static string Name(Guid webhookId) => $"webhook:{Ids.Format(IdPrefix.Webhook, test: false, webhookId)}";
}
