using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lava.Core;

namespace Lava.Billing.Phones;

/// <summary>
/// Codes for test merchants: no message is sent, the page shows the code. A code follows from the session, the phone and the number of
/// the message by a keyed hash, and is kept nowhere.
/// </summary>
public sealed class SandboxCodes : IPhoneCodes
{
    private const int Digits = 6;
    private const uint Codes = 1_000_000;
    private static readonly byte[] Purpose = "lava sandbox phone codes 1"u8.ToArray();
    private readonly byte[] _key = new byte[HMACSHA256.HashSizeInBytes];

    /// <summary>With the server's master key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Shorter than <see cref="LegacySecret.MasterKeyLength"/>.</exception>
    public SandboxCodes(ReadOnlySpan<byte> masterKey)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(masterKey.Length, LegacySecret.MasterKeyLength, nameof(masterKey));
        HKDF.DeriveKey(HashAlgorithmName.SHA256, masterKey, _key, [], Purpose);
    }

    /// <summary>The code of a message.</summary>
    /// <exception cref="InvalidOperationException">Of a live merchant: a code that is shown proves nothing.</exception>
    public string Show(CodeOrder order)
    {
        if (!order.IsTest)
        {
            throw new InvalidOperationException("Codes are shown in test mode only.");
        }

        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{order.SessionId:N} {order.Phone} {order.Send}"), mac);
        return (BinaryPrimitives.ReadUInt64BigEndian(mac) % Codes).ToString($"D{Digits}", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public Task<CodeSent> SendAsync(CodeOrder order, CancellationToken cancellationToken)
    {
        Show(order);
        return Task.FromResult(new CodeSent(CodeSendOutcome.Sent));
    }

    /// <inheritdoc/>
    public Task<CodeOutcome> CheckAsync(CodeOrder order, string code, CancellationToken cancellationToken) => Task.FromResult(
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Show(order)), Encoding.UTF8.GetBytes(code))
            ? CodeOutcome.Approved
            : CodeOutcome.Wrong);
}
