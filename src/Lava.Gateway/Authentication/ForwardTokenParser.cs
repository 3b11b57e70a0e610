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
    /// Decodes into <paramref name="buffer"/>, which is at least as long as the credential; the token's ranges point there.
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

    private static bool TryDecode(ReadOnlySpan<byte> credential, Span<byte> buffer, out int length)
    {
        // One alphabet for both: the platform's url-safe decoder takes text with and without padding, its standard one does not.
        var text = buffer[..credential.Length];
        credential.Replace(text, (byte)'+', (byte)'-');
        text.Replace((byte)'/', (byte)'_');

        // Asked first: the decoder throws on text that is not base64, and a caller must not be able to make us throw.
        if (!Base64Url.IsValid(text, out length))
        {
            return false;
        }

        length = Base64Url.DecodeFromUtf8InPlace(text);
        return true;
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
