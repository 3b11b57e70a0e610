namespace Lava.Metering;

/// <summary>The shape of an API's requests, responses and usage. The path decides, see the provider table.</summary>
public enum ApiFormat : byte
{
    /// <summary>Not metered by tokens: only the request itself counts.</summary>
    None = 0,

    /// <summary>OpenAI chat completions, completions and embeddings, and every provider that speaks them.</summary>
    OpenAiChat = 1,

    /// <summary>OpenAI Responses.</summary>
    OpenAiResponses = 2,

    /// <summary>Anthropic messages.</summary>
    AnthropicMessages = 3,

    /// <summary>Gemini generateContent, streamGenerateContent and embedContent.</summary>
    Gemini = 4,

    /// <summary>Bedrock converse and converse-stream.</summary>
    BedrockConverse = 5,

    /// <summary>Bedrock invoke and invoke-with-response-stream: each model vendor's own body, the counts in headers.</summary>
    BedrockInvoke = 6,

    /// <summary>OpenAI's Realtime API: each message of a WebSocket is a JSON object.</summary>
    OpenAiRealtime = 7,

    /// <summary>What the endpoint's own table says: which member of its JSON, and which header, is which count.</summary>
    Fields = 8,
}
