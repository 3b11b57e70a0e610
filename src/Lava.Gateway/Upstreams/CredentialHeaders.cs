namespace Lava.Gateway.Upstreams;

/// <summary>Headers that carry credentials: the caller's stay here, and a provider that echoes ours is not echoed on.</summary>
internal static class CredentialHeaders
{
    /// <summary>All of them.</summary>
    public static readonly string[] Names =
    [
        "api-key", "api-subscription-key", "Authorization", "Cookie", "Cookie2", "x-amz-security-token", "x-api-key", "x-auth-token",
        "x-gladia-key", "x-goog-api-key", "X-Hume-Api-Key", "x-key", "X-Provider-API-Key", "xi-api-key",
    ];
}
