using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Gateway.Authentication;

/// <summary>
/// Finds a merchant's secret key by its bytes. Keys are known by their SHA-256 alone, and that hash costs half a microsecond; so the
/// digests of keys that were found before are kept beside the keys' bytes. A key is remembered only once it was found to be valid:
/// garbage can't fill the memo. Each look-up still asks the snapshot: a revoked key is unknown at once.
/// The bytes of a key thus stay in this process's memory while it is used, as they do in the buffers of its connections.
/// </summary>
internal sealed class SecretKeyMemo
{
    /// <summary>
    /// Places, one key each. Merchants that call through one gateway have a few keys; a key without a place is hashed each time.
    /// </summary>
    public const int Places = 1024;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The secret key with these bytes, if it is valid now.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, AccountSnapshot accounts, [MaybeNullWhen(false)] out SecretKey secretKey)
    {
        ref var place = ref _entries[Place(key)];
        var entry = Volatile.Read(ref place);
        if (entry is not null && CryptographicOperations.FixedTimeEquals(entry.Key, key))
        {
            return accounts.SecretKeys.TryGetValue(entry.Digest, out secretKey);
        }

        var digest = UInt256.Sha256(key);
        if (!accounts.SecretKeys.TryGetValue(digest, out secretKey))
        {
            return false;
        }

        // A place is given away only when its key was revoked: two keys in turn would make garbage with every call.
        if (entry is null || !accounts.SecretKeys.TryGetValue(entry.Digest, out _))
        {
            Volatile.Write(ref place, new Entry(key.ToArray(), digest));
        }

        return true;
    }

    // Seeded per process: a caller can't choose keys that share a place.
    private static int Place(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return hash.ToHashCode() & (Places - 1);
    }

    private sealed record Entry(byte[] Key, UInt256 Digest);
}
