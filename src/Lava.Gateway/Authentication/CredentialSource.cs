namespace Lava.Gateway.Authentication;

/// <summary>Where a credential stood.</summary>
public enum CredentialSource : byte
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary><c>Authorization</c>, with the scheme of a provider's SDK or without one.</summary>
    Authorization,

    /// <summary><c>x-api-key</c>, as Anthropic's SDKs send it.</summary>
    ApiKeyHeader,

    /// <summary><c>x-goog-api-key</c>, as Google's SDKs send it.</summary>
    GoogleApiKeyHeader,

    /// <summary><c>xi-api-key</c>, as ElevenLabs' SDKs send it.</summary>
    ElevenLabsApiKeyHeader,

    /// <summary>The query parameter <c>key</c>: it never goes upstream.</summary>
    QueryParameter,

    /// <summary><c>x-lava-token</c>: all other headers may then be the provider's.</summary>
    LavaToken,

    /// <summary><c>api-key</c>, as the SDKs for Azure send it.</summary>
    AzureApiKeyHeader,

    /// <summary><c>x-key</c>, as clients of Black Forest Labs send it.</summary>
    KeyHeader,

    /// <summary><c>x-gladia-key</c>, as Gladia's SDKs send it.</summary>
    GladiaKeyHeader,

    /// <summary><c>X-Hume-Api-Key</c>, as Hume's SDKs send it.</summary>
    HumeApiKeyHeader,
}
