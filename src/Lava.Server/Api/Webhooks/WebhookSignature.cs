using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lava.Server.Api.Webhooks;

/// <summary>
/// The two signatures that each delivery carries. Lava's own says that the body is genuine; the one of Standard Webhooks
/// (https://github.com/standard-webhooks/standard-webhooks) binds it to the event's id and to the time of sending as well.
/// </summary>
internal static class WebhookSignature
{
    /// <summary>Lava's: lower-case hexadecimal HMAC-SHA256 of the body, keyed by the whole secret's text.</summary>
    public static string OfBody(string secret, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), body));

    /// <summary>
    /// Standard Webhooks': <c>v1,</c> and base64 HMAC-SHA256 of <c>id.timestamp.body</c>, keyed by the bytes behind the secret's prefix.
    /// </summary>
    /// <param name="secret">With its prefix.</param>
    /// <param name="id">The event.</param>
    /// <param name="timestamp">Unix seconds.</param>
    /// <param name="body">The exact bytes.</param>
    public static string OfMessage(string secret, string id, long timestamp, byte[] body)
    {
        var key = Convert.FromBase64String(secret[WebhookSecrets.Prefix.Length..]);
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. head, .. body]));
    }
}
