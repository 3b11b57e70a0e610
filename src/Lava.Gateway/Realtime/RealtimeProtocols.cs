using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Realtime;

/// <summary>
/// The sub-protocols that a client offers. A browser sets no headers, so OpenAI's clients pass the key as a sub-protocol; here that is the
/// forward token, base64url without padding.
/// </summary>
internal static class RealtimeProtocols
{
    private const string KeyPrefix = "openai-insecure-api-key.";

    /// <summary>
    /// Takes the credential out of the offer, so that it never goes upstream, and puts it where every call has it. A credential that the
    /// request has in its Authorization goes before it.
    /// </summary>
    public static void TakeCredential(IHeaderDictionary headers)
    {
        string? credential = null;
        var others = new List<string>();
        foreach (var name in headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol"))
        {
            if (name.StartsWith(KeyPrefix, StringComparison.Ordinal))
            {
                // Two are as malformed as a header that stands twice; such a credential resolves to nobody.
                credential = credential is null ? name[KeyPrefix.Length..] : " ";
            }
            else
            {
                others.Add(name);
            }
        }

        if (credential is null)
        {
            return;
        }

        headers.SecWebSocketProtocol = others.Count == 0 ? default : string.Join(", ", others);
        if (headers.Authorization.Count == 0)
        {
            headers.Authorization = "Bearer " + credential;
        }
    }

    /// <summary>Was this sub-protocol offered?</summary>
    public static bool IsOffered(IHeaderDictionary headers, string name) =>
        headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol").Contains(name, StringComparer.Ordinal);
}
