using FASTER.core;

namespace Lava.Wallets;

/// <summary>Hashes wallet ids; given to FASTER explicitly so that it does not search for one by reflection.</summary>
internal sealed class WalletIdComparer : IFasterEqualityComparer<long>
{
    public bool Equals(ref long k1, ref long k2) => k1 == k2;

    // Murmur3's finaliser: ids are consecutive, FASTER takes its bucket from the low bits and its tag from the high ones.
    public long GetHashCode64(ref long k)
    {
        var hash = (ulong)k;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return (long)(hash ^ (hash >> 33));
    }
}
