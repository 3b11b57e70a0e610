using System.Text.Json;

namespace Lava.Server.Simulation.Requests;

/// <summary>The names of request fields, over all providers: no name means two things.</summary>
internal static class RequestFields
{
    private static readonly (byte[] Name, RequestField Field)[] Meanings =
    [
        ("model"u8.ToArray(), RequestField.Model),
        ("messages"u8.ToArray(), RequestField.Text),
        ("contents"u8.ToArray(), RequestField.Text),
        ("stream"u8.ToArray(), RequestField.Stream),
        ("stream_options"u8.ToArray(), RequestField.StreamOptions),
        ("max_tokens"u8.ToArray(), RequestField.MaxTokens),
        ("max_completion_tokens"u8.ToArray(), RequestField.MaxTokens),
        ("max_output_tokens"u8.ToArray(), RequestField.MaxTokens),
        ("generationConfig"u8.ToArray(), RequestField.GenerationConfig),
        ("generation_config"u8.ToArray(), RequestField.GenerationConfig),
        ("input"u8.ToArray(), RequestField.Input),
        ("system"u8.ToArray(), RequestField.Text),
        ("prompt"u8.ToArray(), RequestField.Text),
        ("instructions"u8.ToArray(), RequestField.Text),
        ("systemInstruction"u8.ToArray(), RequestField.Text),
        ("system_instruction"u8.ToArray(), RequestField.Text),
        ("generateContentRequest"u8.ToArray(), RequestField.Text),
        ("dimensions"u8.ToArray(), RequestField.Dimensions),
        ("encoding_format"u8.ToArray(), RequestField.EncodingFormat),
    ];

    // https://platform.claude.com/docs/en/api/messages and its beta fields.
    private static readonly byte[][] AnthropicNames =
    [
        .. Names(
            "model", "messages", "max_tokens", "system", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools",
            "tool_choice", "metadata", "thinking", "service_tier", "container", "mcp_servers", "context_management", "output_config",
            "output_format", "inference_geo", "cache_control", "speed"),
    ];

    // https://ai.google.dev/api/generate-content: the JSON mapping of protocol buffers takes both spellings.
    private static readonly byte[][] GeminiNames =
    [
        .. Names(
            "contents", "model", "tools", "toolConfig", "tool_config", "safetySettings", "safety_settings", "systemInstruction",
            "system_instruction", "generationConfig", "generation_config", "cachedContent", "cached_content", "labels", "serviceTier",
            "service_tier", "store", "generateContentRequest", "generate_content_request"),
    ];

    private static readonly byte[][] TextNames = [.. Names("content", "text", "input", "prompt", "system", "instructions")];

    public static RequestField Classify(ref Utf8JsonReader name)
    {
        foreach (var (known, field) in Meanings)
        {
            if (name.ValueTextEquals(known))
            {
                return field;
            }
        }

        return RequestField.Other;
    }

    /// <summary>OpenAI takes what it does not know in silence, as far as a gateway can notice; the others refuse it.</summary>
    public static bool IsAccepted(Provider provider, ref Utf8JsonReader name) => provider switch
    {
        Provider.Anthropic => Contains(AnthropicNames, ref name),
        Provider.Gemini => Contains(GeminiNames, ref name),
        _ => true,
    };

    /// <summary>Is a string under this name text for the model? Roles, types, ids and URLs are not.</summary>
    public static bool IsText(ref Utf8JsonReader name) => Contains(TextNames, ref name);

    private static bool Contains(byte[][] names, ref Utf8JsonReader name)
    {
        foreach (var known in names)
        {
            if (name.ValueTextEquals(known))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[][] Names(params string[] names) => Array.ConvertAll(names, System.Text.Encoding.UTF8.GetBytes);
}
