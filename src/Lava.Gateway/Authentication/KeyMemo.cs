using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Gateway.Authentication;

/// <summary>
/// Finds a merchant's secret key or spend key by its bytes. Keys are known by their SHA-256 alone, and that hash costs half a microsecond;
/// so the digests of keys that were found before are kept beside the keys' bytes. A key is remembered only once it was found to be valid:
/// garbage can't fill the memo. Each look-up still asks the snapshot: a revoked key is unknown at once.
/// The bytes of a key thus stay in this process's memory while it is used, as they do in the buffers of its connections.
/// </summary>
/// <param name="keysOf">The keys of this kind.</param>
internal sealed class KeyMemo<TKey>(Func<AccountSnapshot, ShardedMap<UInt256, TKey>> keysOf)
    where TKey : class
{
    /// <summary>
    /// Places, one key each. Merchants that call through one gateway have a few keys; a key without a place is hashed each time.
    /// </summary>
    public const int Places = 1024;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The key with these bytes, if it is valid now.</summary>
    public bool TryFind(ReadOnlySpan<byte> text, AccountSnapshot accounts, [MaybeNullWhen(false)] out TKey key)
    {
        var keys = keysOf(accounts);
        ref var place = ref _entries[Place(text)];
        var entry = Volatile.Read(ref place);
        if (entry is not null && CryptographicOperations.FixedTimeEquals(entry.Text, text))
        {
            return keys.TryGetValue(entry.Digest, out key);
        }

        var digest = UInt256.Sha256(text);
        if (!keys.TryGetValue(digest, out key))
        {
            return false;
        }

        // A place is given away only when its key was revoked: two keys in turn would make garbage with every call.
        if (entry is null || !keys.TryGetValue(entry.Digest, out _))
        {
            Volatile.Write(ref place, new Entry(text.ToArray(), digest));
        }

        return true;
    }

    // Seeded per process: a caller can't choose keys that share a place.
    private static int Place(ReadOnlySpan<byte> text)
    {
        var hash = new HashCode();
        hash.AddBytes(text);
        return hash.ToHashCode() & (Places - 1);
    }

    private sealed record Entry(byte[] Text, UInt256 Digest);
}
