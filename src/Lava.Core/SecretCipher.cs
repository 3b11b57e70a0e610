using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Lava.Core;

/// <summary>
/// Encrypts secrets that are stored for a merchant, with a key derived from the server's master key. A secret opens only for the merchant
/// and under the name that it was sealed with: one that was moved to another row is damaged.
/// </summary>
public sealed class SecretCipher
{
    // Derived keys differ by purpose: what the master key is used for elsewhere says nothing of them.
    private static readonly byte[] Purpose = "lava stored secrets 1"u8.ToArray();
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly byte[] _key;

    /// <summary>With the server's master key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Shorter than <see cref="LegacySecret.MasterKeyLength"/>.</exception>
    public SecretCipher(ReadOnlySpan<byte> masterKey)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(masterKey.Length, LegacySecret.MasterKeyLength, nameof(masterKey));
        var derived = new byte[KeyBytes + sizeof(int)];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, masterKey, derived, [], Purpose);
        _key = derived[..KeyBytes];
        KeyId = BinaryPrimitives.ReadInt32BigEndian(derived.AsSpan(KeyBytes));
    }

    /// <summary>Tells one master key from another, and nothing about either.</summary>
    public int KeyId { get; }

    /// <summary>Encrypts a secret.</summary>
    /// <param name="merchantId">Whose it is.</param>
    /// <param name="name">What it is for.</param>
    /// <param name="secret">The secret.</param>
    /// <returns>Nonce, encrypted text, tag.</returns>
    public byte[] Seal(Guid merchantId, string name, ReadOnlySpan<byte> secret)
    {
        var result = new byte[NonceBytes + secret.Length + TagBytes];
        var nonce = result.AsSpan(0, NonceBytes);
        var text = result.AsSpan(NonceBytes, secret.Length);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, secret, text, result.AsSpan(NonceBytes + secret.Length), Owner(merchantId, name));
        return result;
    }

    /// <summary>Decrypts what <see cref="Seal"/> gave; false where it is another key's, another owner's, or damaged.</summary>
    public bool TryOpen(Guid merchantId, string name, int keyId, ReadOnlySpan<byte> box, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        var length = box.Length - NonceBytes - TagBytes;
        if (keyId != KeyId || length < 0)
        {
            return false;
        }

        var opened = new byte[length];
        try
        {
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(box[..NonceBytes], box.Slice(NonceBytes, length), box[(NonceBytes + length)..], opened, Owner(merchantId, name));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        secret = opened;
        return true;
    }

    private static byte[] Owner(Guid merchantId, string name) =>
        [.. merchantId.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
}
