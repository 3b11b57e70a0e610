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

    /// <summary>Gemini generateContent and streamGenerateContent.</summary>
    Gemini = 4,
}
