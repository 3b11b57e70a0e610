using Lava.Postgres;
using Lava.Server.Api.SecretKeys;

namespace Lava.Server.Hosting;

/// <summary>An empty store gets a merchant and a secret key: the configured one, or a new one that is shown this once.</summary>
internal static class FirstMerchant
{
    /// <summary>The key that was made, or was configured and is now in use; null when the store had a merchant already.</summary>
    public static async Task<string?> EnsureAsync(MerchantStore merchants, string? configured, CancellationToken cancellationToken)
    {
        var key = configured ?? SecretKeyText.New(isTest: true);
        var isTest = key.StartsWith("aks_test_", StringComparison.Ordinal);
        var made = await merchants.CreateFirstAsync(
            "First merchant", isTest, SecretKeyText.Digest(key), SecretKeyText.Hint(key), cancellationToken);
        return made is null ? null : key;
    }
}
