namespace Lava.Gateway.Upstreams;

/// <summary>Headers that carry credentials: the caller's stay here, and a provider that echoes ours is not echoed on.</summary>
internal static class CredentialHeaders
{
    /// <summary>All of them.</summary>
    public static readonly string[] Names =
    [
        "api-key", "Authorization", "Cookie", "Cookie2", "x-api-key", "x-goog-api-key", "X-Provider-API-Key", "xi-api-key",
    ];
}
