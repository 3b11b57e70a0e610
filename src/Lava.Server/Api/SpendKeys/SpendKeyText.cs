using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Lava.Core;

namespace Lava.Server.Api.SpendKeys;

/// <summary>The text of spend keys.</summary>
internal static class SpendKeyText
{
    private const string Prefix = "lava_sk_";

    // As with secret keys: 256 bits, of which the preview shows 48.
    private const int RandomBytes = 32;
    private const int Shown = 8;

    /// <summary>A new key: <c>lava_sk_</c> and 43 characters.</summary>
    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>What lists show of a key.</summary>
    public static string Preview(string key) => $"{key[..(Prefix.Length + Shown)]}****";

    /// <summary>What is stored of a key.</summary>
    public static UInt256 Digest(string key) => UInt256.Sha256(Encoding.UTF8.GetBytes(key));
}
