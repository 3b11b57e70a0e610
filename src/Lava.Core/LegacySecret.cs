using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Lava.Core;

/// <summary>
/// The secrets by which the 2025 SDKs name a customer (<c>cons_live_…</c>, <c>cons_test_…</c>) and a meter (<c>ps_…</c>), and by which a
/// page opens a checkout session (<c>css_…</c>, <c>css_test_…</c>). They are not stored: each is the id and a keyed hash of it, recomputed
/// to verify. A change of the master key makes all of them invalid.
/// </summary>
public sealed class LegacySecret
{
    /// <summary>The shortest master key, bytes: the hash's own strength (RFC 2104, section 3).</summary>
    public const int MasterKeyLength = 32;

    // 62 characters follow the prefix in the secrets that Lava gave out: 26 for the id leave 36, which are 216 bits of the hash.
    private const int HashLength = 36;
    private const int HashBytes = 27;
    private const byte LiveCustomer = (byte)'c';
    private const byte TestCustomer = (byte)'t';
    private const byte AnyMeter = (byte)'m';
    private const byte AnyCheckout = (byte)'s';
    private const string LivePrefix = "cons_live";
    private const string TestPrefix = "cons_test";
    private const string MeterPrefix = "ps";
    private const string LiveCheckoutPrefix = "css";
    private const string TestCheckoutPrefix = "css_test";
    private readonly byte[] _masterKey;

    /// <summary>With the server's master key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Shorter than <see cref="MasterKeyLength"/>.</exception>
    public LegacySecret(ReadOnlySpan<byte> masterKey)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(masterKey.Length, MasterKeyLength, nameof(masterKey));
        _masterKey = masterKey.ToArray();
    }

    /// <summary>A customer's secret.</summary>
    public string FormatCustomer(bool test, Guid id) =>
        test ? Format(TestPrefix, TestCustomer, id) : Format(LivePrefix, LiveCustomer, id);

    /// <summary>A meter's secret.</summary>
    public string FormatMeter(Guid id) => Format(MeterPrefix, AnyMeter, id);

    /// <summary>What opens a checkout session.</summary>
    public string FormatCheckout(bool test, Guid id) => Format(test ? TestCheckoutPrefix : LiveCheckoutPrefix, AnyCheckout, id);

    /// <summary>The checkout session that this opens; false for every other text. Allocates nothing.</summary>
    public bool TryReadCheckout(ReadOnlySpan<byte> secret, out Guid id) =>
        TryRead(LiveCheckoutPrefix, AnyCheckout, secret, out id) || TryRead(TestCheckoutPrefix, AnyCheckout, secret, out id);

    /// <summary>The customer whose secret this is; false for every other text. Allocates nothing.</summary>
    public bool TryReadCustomer(ReadOnlySpan<byte> secret, out Guid id) =>
        TryRead(LivePrefix, LiveCustomer, secret, out id) || TryRead(TestPrefix, TestCustomer, secret, out id);

    /// <summary>The meter whose secret this is; false for every other text. Allocates nothing.</summary>
    public bool TryReadMeter(ReadOnlySpan<byte> secret, out Guid id) => TryRead(MeterPrefix, AnyMeter, secret, out id);

    private bool TryRead(string prefix, byte kind, ReadOnlySpan<byte> secret, out Guid id)
    {
        id = default;
        var named = prefix.Length + 1 + Ids.TextLength;
        if (secret.Length != named + HashLength || !Ids.TryParse(prefix, secret[..named], out var claimed))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[HashLength];
        Hash(kind, claimed, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, secret[named..]))
        {
            return false;
        }

        id = claimed;
        return true;
    }

    private string Format(string prefix, byte kind, Guid id)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        Hash(kind, id, hash);
        return string.Concat(Ids.Format(prefix, test: false, id), System.Text.Encoding.ASCII.GetString(hash));
    }

    private void Hash(byte kind, Guid id, Span<byte> destination)
    {
        Span<byte> message = stackalloc byte[17];
        message[0] = kind;
        id.TryWriteBytes(message[1..], bigEndian: true, out _);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_masterKey, message, mac);
        Base64Url.EncodeToUtf8(mac[..HashBytes], destination, out _, out var written);
        Debug.Assert(written == HashLength, "27 bytes are 36 characters without padding.");
    }
}
