using System.Text;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Server.Api;

/// <summary>Finds the secret key of a management call, and so its merchant.</summary>
internal static class KeyAuthentication
{
    // aks_test_ and 43 characters; the room is for keys that an operator chose.
    private const int KeyBytesMax = 256;

    /// <exception cref="ApiException">No key, or not a merchant's.</exception>
    public static SecretKey Authenticate(HttpRequest request, AccountSnapshot accounts)
    {
        var credential = Credential(request);
        Span<byte> key = stackalloc byte[KeyBytesMax];
        if (!credential.StartsWith("aks_", StringComparison.Ordinal) || !Encoding.UTF8.TryGetBytes(credential, key, out var written)
            || !accounts.SecretKeys.TryGetValue(UInt256.Sha256(key[..written]), out var secretKey))
        {
            throw new ApiException(ErrorCode.InvalidCredential, "Invalid secret key");
        }

        return secretKey;
    }

    private static ReadOnlySpan<char> Credential(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        if (request.Headers.Authorization is [{ Length: > 0 } authorization, ..])
        {
            return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization.AsSpan(Bearer.Length).Trim() : "";
        }

        return request.Headers["x-api-key"] is [{ Length: > 0 } key, ..]
            ? key
            : throw new ApiException(ErrorCode.AuthHeaderMissing, "Authorization header missing");
    }
}
