using System.Buffers;
using System.Text.Unicode;
using Lava.Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Lava.Gateway.Authentication;

/// <summary>
/// Finds the credential in a request. The first place that has one decides, in this order: <c>x-lava-token</c>; <c>Authorization</c> with
/// one of the schemes that providers' SDKs send, or with nothing but the credential; the headers in which those SDKs put their keys; the
/// query parameter <c>key</c>. Another Authorization scheme is passed over. A header that stands twice is malformed.
/// </summary>
public static class CredentialReader
{
    private static readonly string[] Schemes = ["Bearer", "Token", "Key", "Api-Key"];

    private static readonly (string Name, CredentialSource Source)[] KeyHeaders =
    [
        ("x-api-key", CredentialSource.ApiKeyHeader),
        ("x-goog-api-key", CredentialSource.GoogleApiKeyHeader),
        ("xi-api-key", CredentialSource.ElevenLabsApiKeyHeader),
        ("api-key", CredentialSource.AzureApiKeyHeader),
        ("x-key", CredentialSource.KeyHeader),
        ("x-gladia-key", CredentialSource.GladiaKeyHeader),
        ("X-Hume-Api-Key", CredentialSource.HumeApiKeyHeader),
    ];

    /// <summary>Copies the credential's UTF-8 bytes out of the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="destination">At least <see cref="CredentialResolver.MaxBytes"/>; a longer credential is malformed.</param>
    /// <param name="length">Bytes written.</param>
    /// <param name="source">Where it stood.</param>
    /// <returns>Ok, Missing or Malformed.</returns>
    public static AuthenticationOutcome Read(HttpRequest request, Span<byte> destination, out int length, out CredentialSource source)
    {
        length = 0;
        var outcome = Find(request, out var text, out source);
        if (outcome != AuthenticationOutcome.Ok)
        {
            return outcome;
        }

        destination = destination[..CredentialResolver.MaxBytes];
        if (Utf8.FromUtf16(text, destination, out _, out length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            return AuthenticationOutcome.Malformed;
        }

        if (source == CredentialSource.QueryParameter)
        {
            return TryUnescape(destination, ref length) ? AuthenticationOutcome.Ok : AuthenticationOutcome.Malformed;
        }

        return AuthenticationOutcome.Ok;
    }

    private static AuthenticationOutcome Find(HttpRequest request, out ReadOnlySpan<char> text, out CredentialSource source)
    {
        var headers = request.Headers;
        var outcome = FromHeader(headers[CallerAuthorization.TokenHeader], out text);
        source = CredentialSource.LavaToken;
        if (outcome == AuthenticationOutcome.Missing)
        {
            outcome = FromAuthorization(headers.Authorization, out text);
            source = CredentialSource.Authorization;
        }

        for (var i = 0; outcome == AuthenticationOutcome.Missing && i < KeyHeaders.Length; i++)
        {
            outcome = FromHeader(headers[KeyHeaders[i].Name], out text);
            source = KeyHeaders[i].Source;
        }

        if (outcome == AuthenticationOutcome.Missing)
        {
            text = FromQuery(request.QueryString.Value);
            outcome = text.IsEmpty ? AuthenticationOutcome.Missing : AuthenticationOutcome.Ok;
            source = text.IsEmpty ? CredentialSource.None : CredentialSource.QueryParameter;
        }

        return outcome;
    }

    private static AuthenticationOutcome FromHeader(StringValues values, out ReadOnlySpan<char> text)
    {
        text = values.Count == 1 ? values[0].AsSpan().Trim(' ') : default;
        return values.Count > 1 ? AuthenticationOutcome.Malformed
            : text.IsEmpty ? AuthenticationOutcome.Missing
            : AuthenticationOutcome.Ok;
    }

    private static AuthenticationOutcome FromAuthorization(StringValues values, out ReadOnlySpan<char> text)
    {
        var outcome = FromHeader(values, out text);
        if (outcome != AuthenticationOutcome.Ok)
        {
            return outcome;
        }

        var blank = text.IndexOf(' ');
        var first = blank < 0 ? text : text[..blank];
        var isScheme = false;
        foreach (var scheme in Schemes)
        {
            isScheme |= first.Equals(scheme, StringComparison.OrdinalIgnoreCase);
        }

        if (isScheme)
        {
            text = text[first.Length..].TrimStart(' ');
        }
        else if (blank >= 0)
        {
            text = default;
        }

        return text.IsEmpty ? AuthenticationOutcome.Missing : AuthenticationOutcome.Ok;
    }

    // A client library that appends "?key=..." to a base URL ending in "?u=https://..." puts it inside the value of u: '?' separates, too.
    private static ReadOnlySpan<char> FromQuery(ReadOnlySpan<char> query)
    {
        foreach (var part in query.SplitAny('?', '&'))
        {
            var parameter = query[part];
            if (parameter.StartsWith("key=", StringComparison.Ordinal))
            {
                return parameter["key=".Length..];
            }
        }

        return default;
    }

    // Percent-decoding in place; '+' stays, for it is a digit of base64.
    private static bool TryUnescape(Span<byte> text, ref int length)
    {
        var written = 0;
        for (var i = 0; i < length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                if (i + 2 >= length || Convert.FromHexString(text.Slice(i + 1, 2), text[written..], out _, out _) != OperationStatus.Done)
                {
                    return false;
                }

                i += 2;
                written++;
                continue;
            }

            text[written++] = c;
        }

        length = written;
        return true;
    }
}
