using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api.SecretKeys;

namespace Lava.Server.Hosting;

/// <summary>
/// An empty store gets a merchant and a secret key: the configured one, or a new one that is shown this once. One for all tries of a
/// start: where a later step of the try that made the key failed, or the answer to its commit was lost, the key must still be shown.
/// </summary>
internal sealed class FirstMerchant(string? configured)
{
    private readonly string _key = configured ?? SecretKeyText.New(isTest: true);

    public async Task EnsureAsync(MerchantStore merchants, CancellationToken cancellationToken)
    {
        await merchants.CreateFirstAsync(
            "First merchant", _key.StartsWith("aks_test_", StringComparison.Ordinal), SecretKeyText.Digest(_key),
            SecretKeyText.Hint(_key), cancellationToken);
        await merchants.CompleteAsync(cancellationToken);
    }

    /// <summary>The key that this process made; null where it was configured, or the store had a merchant already.</summary>
    public string? MadeKey(AccountSnapshot accounts) =>
        configured is null && accounts.SecretKeys.TryGetValue(SecretKeyText.Digest(_key), out _) ? _key : null;
}
