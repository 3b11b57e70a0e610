using System.Buffers;
using System.Text;
using Lava.Gateway.Authentication;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering.Catalog;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// A caller whose forward token stands in <c>x-lava-token</c> may authorize itself to the provider, in the headers that the provider
/// knows: with a key, a token of its own identity provider, or a signature of AWS. They go upstream as they came.
/// </summary>
internal static class CallerAuthorization
{
    /// <summary>The header that holds the forward token.</summary>
    public const string TokenHeader = "x-lava-token";

    private const string Authorization = "Authorization";
    private const string SignatureScheme = "AWS4-HMAC-SHA256 ";
    private const string SessionToken = "x-amz-security-token";
    private const string SignedHeaders = "SignedHeaders=";

    /// <summary>Did the caller authorize itself to the provider? Not where it sent a credential of ours there: that stays here.</summary>
    public static bool IsIn(IHeaderDictionary headers, in ProviderKeyScheme scheme)
    {
        var token = headers[TokenHeader];
        return token.Count == 1 && scheme.Parameter.Length == 0
            && (IsForeign(headers.Authorization, token) || IsForeign(headers[scheme.Header], token));
    }

    /// <summary>Did the caller sign the request with a key of AWS, for a provider that takes that?</summary>
    public static bool IsSigned(IHeaderDictionary headers, Provider provider) =>
        provider.Signed && headers.Authorization is [{ } value] && value.StartsWith(SignatureScheme, StringComparison.Ordinal);

    /// <summary>Does everything that was signed reach the provider as it was signed?</summary>
    /// <param name="headers">The caller's headers; <see cref="IsSigned"/>.</param>
    /// <param name="problem">A header that does not, for the caller; null where it lacks the list of signed headers.</param>
    public static bool IsWhole(IHeaderDictionary headers, out string? problem)
    {
        var value = headers.Authorization.ToString();
        var start = value.IndexOf(SignedHeaders, StringComparison.Ordinal);
        problem = null;
        if (start < 0)
        {
            return false;
        }

        var list = value.AsSpan(start + SignedHeaders.Length);
        var end = list.IndexOfAny(',', ' ');
        list = end < 0 ? list : list[..end];
        foreach (var range in list.Split(';'))
        {
            var name = list[range].ToString();
            if (!Passes(headers, name))
            {
                problem = name;
                return false;
            }
        }

        return true;
    }

    /// <summary>Does the caller's own authorization stand in the scheme's header, so that the policy must not copy that, too?</summary>
    public static bool IsInSchemesHeader(IHeaderDictionary headers, in ProviderKeyScheme scheme) =>
        IsForeign(headers[scheme.Header], headers[TokenHeader]);

    /// <summary>Copies the caller's own authorization.</summary>
    public static void Copy(IHeaderDictionary from, RequestHeadWriter to, in ProviderKeyScheme scheme)
    {
        var token = from[TokenHeader];
        Copy(from, to, Authorization, token);
        if (!scheme.Header.Equals(Authorization, StringComparison.OrdinalIgnoreCase))
        {
            Copy(from, to, scheme.Header, token);
        }

        Copy(from, to, SessionToken, token);
    }

    private static void Copy(IHeaderDictionary from, RequestHeadWriter to, string name, StringValues token)
    {
        if (IsForeign(from[name], token))
        {
            to.Header(name, from[name].ToString());
        }
    }

    private static bool IsForeign(StringValues header, StringValues token)
    {
        if (header is not [{ Length: > 0 } value] || !HeaderValue.IsSafeAscii(value))
        {
            return false;
        }

        var credential = value.AsSpan(value.LastIndexOf(' ') + 1);
        return !credential.SequenceEqual(token.ToString().AsSpan().Trim()) && !IsOurs(credential);
    }

    // A credential of ours beside the token is a client that was set up twice: the provider must not learn it.
    private static bool IsOurs(ReadOnlySpan<char> credential)
    {
        if (credential.Length > CredentialResolver.MaxBytes)
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(CredentialResolver.MaxBytes + CredentialResolver.ScratchBytes);
        try
        {
            var bytes = buffer.AsSpan(0, Encoding.ASCII.GetBytes(credential, buffer));
            return SecretKeyPrefix.IsSecretKey(bytes) || SecretKeyPrefix.IsSpendKey(bytes)
                || (ForwardTokenParser.TryParse(bytes, buffer.AsSpan(CredentialResolver.MaxBytes), out var found)
                    && found[ForwardTokenField.SecretKey] is not null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The host is the provider's; the length is that of the body, which passes unchanged.
    private static bool Passes(IHeaderDictionary headers, string name) =>
        name is "host" or "content-length" or SessionToken
        || (RequestHeaderPolicy.MayPass(name) && !HopByHop.IsNamedIn(headers.Connection, name) && headers[name].Count <= 1);
}
