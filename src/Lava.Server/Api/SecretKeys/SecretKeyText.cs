using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Lava.Core;

namespace Lava.Server.Api.SecretKeys;

/// <summary>The text of secret keys.</summary>
internal static class SecretKeyText
{
    // 256 bits: nobody finds a key whose SHA-256 is stored by trying.
    private const int RandomBytes = 32;

    /// <summary>A new key: <c>aks_live_</c> or <c>aks_test_</c> and 43 characters.</summary>
    public static string New(bool isTest) =>
        (isTest ? "aks_test_" : "aks_live_") + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>What lists show of a key: enough to tell it from others, useless to a thief.</summary>
    public static string Hint(string key) => $"{key[..Math.Min(9, key.Length)]}...{key[^Math.Min(4, key.Length)..]}";

    /// <summary>What is stored of a key.</summary>
    public static UInt256 Digest(string key) => UInt256.Sha256(Encoding.UTF8.GetBytes(key));
}
