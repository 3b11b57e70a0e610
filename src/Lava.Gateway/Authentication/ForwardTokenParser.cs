using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Lava.Gateway.Authentication;

/// <summary>
/// Reads a forward token: base64 (standard or url-safe, padded or not) of a JSON object, or of the dotted text
/// "secret.connection_secret.product_secret[.provider_key]" that the documentation of 2025 knew.
/// </summary>
internal static class ForwardTokenParser
{
    /// <summary>
    /// Decodes into the start of <paramref name="buffer"/>, which has <see cref="CredentialResolver.ScratchBytes"/>; the
    /// token's ranges point there.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> credential, Span<byte> buffer, out ForwardToken token)
    {
        token = default;
        if (!TryDecode(credential, buffer, out var length) || !Utf8.IsValid(buffer[..length]))
        {
            return false;
        }

        var text = buffer[..length];
        return IsKey(text) ? TryReadDotted(text, ref token) : new ForwardTokenReader(text).TryRead(ref token);
    }

    /// <summary>Does the text begin as a key does?</summary>
    private static bool IsKey(ReadOnlySpan<byte> text) => SecretKeyPrefix.IsSecretKey(text) || SecretKeyPrefix.IsSpendKey(text);

    // The decoder that returns a status, not the one that throws: a caller must not be able to make us throw.
    private static bool TryDecode(ReadOnlySpan<byte> credential, Span<byte> buffer, out int length)
    {
        // One alphabet for both: the platform's url-safe decoder takes text with and without padding, its standard one does not.
        if (credential.ContainsAny((byte)'+', (byte)'/'))
        {
            var copy = buffer.Slice(CredentialResolver.MaxBytes, credential.Length);
            credential.Replace(copy, (byte)'+', (byte)'-');
            copy.Replace((byte)'/', (byte)'_');
            credential = copy;
        }

        return Base64Url.DecodeFromUtf8(credential, buffer, out _, out length) == OperationStatus.Done;
    }

    private static bool TryReadDotted(ReadOnlySpan<byte> text, ref ForwardToken token)
    {
        var at = 0;
        token[ForwardTokenField.SecretKey] = NextField(text, ref at);
        token[ForwardTokenField.ConnectionSecret] = NextField(text, ref at);
        token[ForwardTokenField.ProductSecret] = NextField(text, ref at);

        // A provider key may hold dots itself: the last field is all the rest.
        token[ForwardTokenField.ProviderKey] = at < text.Length ? at..text.Length : null;
        return true;
    }

    private static Range? NextField(ReadOnlySpan<byte> text, ref int at)
    {
        if (at >= text.Length)
        {
            return null;
        }

        var start = at;
        var dot = text[start..].IndexOf((byte)'.');
        var end = dot < 0 ? text.Length : start + dot;
        at = end + 1;
        return end > start ? start..end : null;
    }
}
