using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Lava.Billing.Subscriptions;

/// <summary>
/// Ids of cycles: they sort by the cycle's beginning, and the same cycle of a subscription always has the same. So a renewal that was
/// interrupted anywhere asks for the same payment again.
/// </summary>
public static class CycleIds
{
    private const int TimeBytes = 6;
    private const int IdBytes = 16;

    /// <summary>The id of the cycle that begins at a moment.</summary>
    /// <param name="subscriptionId">Whose; or any new id where the subscription begins with the cycle.</param>
    /// <param name="start">When it begins.</param>
    public static Guid Of(Guid subscriptionId, DateTimeOffset start)
    {
        Span<byte> seed = stackalloc byte[IdBytes + sizeof(long)];
        subscriptionId.TryWriteBytes(seed, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(seed[IdBytes..], start.ToUnixTimeMilliseconds());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seed, hash);
        Span<byte> id = stackalloc byte[IdBytes];
        seed[^TimeBytes..].CopyTo(id);
        hash[..(IdBytes - TimeBytes)].CopyTo(id[TimeBytes..]);
        return new Guid(id, bigEndian: true);
    }
}
