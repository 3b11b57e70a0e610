namespace Lava.Gateway.Authentication;

/// <summary>Where a credential stood.</summary>
public enum CredentialSource : byte
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary><c>Authorization: Bearer</c>.</summary>
    Authorization,

    /// <summary><c>x-api-key</c>, as Anthropic's SDKs send it.</summary>
    ApiKeyHeader,

    /// <summary><c>x-goog-api-key</c>, as Google's SDKs send it.</summary>
    GoogleApiKeyHeader,

    /// <summary><c>xi-api-key</c>, as ElevenLabs' SDKs send it.</summary>
    ElevenLabsApiKeyHeader,

    /// <summary>The query parameter <c>key</c>: it never goes upstream.</summary>
    QueryParameter,
}
