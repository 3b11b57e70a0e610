using System.Buffers;
using Lava.Core;
using Lava.Core.Accounts;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Authentication;

/// <summary>Finds the spend key of a request that does not go to a provider.</summary>
public static class SpendKeyReader
{
    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="accounts">Who exists.</param>
    /// <param name="key">The key; null where the request has another credential or none.</param>
    /// <returns>False where the credential is a spend key that nobody has.</returns>
    public static bool TryRead(HttpRequest request, AccountSnapshot accounts, out SpendKey? key)
    {
        key = null;
        var buffer = ArrayPool<byte>.Shared.Rent(CredentialResolver.MaxBytes);
        try
        {
            var outcome = CredentialReader.Read(request, buffer, out var length, out _);
            var credential = buffer.AsSpan(0, length);
            return outcome != AuthenticationOutcome.Ok || !SecretKeyPrefix.IsSpendKey(credential)
                || accounts.SpendKeys.TryGetValue(UInt256.Sha256(credential), out key);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
