using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Lava.Core;
using Lava.Postgres;
using Npgsql;

namespace Lava.Server.Hosting;

/// <summary>An empty store gets a merchant and a secret key: the configured one, or a new one that is shown this once.</summary>
internal static class FirstMerchant
{
    private const int KeyBytes = 32;
    private const int HintTail = 4;

    /// <summary>The key that was made, or was configured and is now in use; null when the store had a merchant already.</summary>
    public static async Task<string?> EnsureAsync(NpgsqlDataSource database, string? configured, TimeProvider time, CancellationToken cancellationToken)
    {
        var key = configured ?? "aks_test_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var isTest = key.StartsWith("aks_test_", StringComparison.Ordinal);
        var hint = $"{key[.."aks_test_".Length]}…{key[^HintTail..]}";
        var made = await new MerchantStore(database, time).CreateFirstAsync(
            "First merchant", isTest, UInt256.Sha256(Encoding.UTF8.GetBytes(key)), hint, cancellationToken);
        return made is null ? null : key;
    }
}
