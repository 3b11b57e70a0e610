using System.Text;
using Lava.Metering;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Valid request bodies, one or more for each format.</summary>
internal static class RequestBodies
{
    public const string Chat =
        """
        {"model":"gpt-9","messages":[{"role":"user","content":[{"type":"text","text":"Say \"max_tokens\": 5"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",
        "properties":{"file_id":{"type":"string"},"model":{"type":"number"}}}}}],
        "stream":true,"stream_options":{"include_usage":false},"max_tokens":100,"max_completion_tokens":200,"n":2,"metadata":{"a":"b"}}
        """;

    public const string Responses =
        """
        {"model":"gpt-9","input":[{"role":"user","content":[{"type":"input_text","text":"x"}]}],
        "max_output_tokens":300,"stream":false,"metadata":null}
        """;

    public const string Anthropic =
        """
        {"model":"claude-9","max_tokens":400,"system":"s","messages":[{"role":"user","content":"x"}],
        "metadata":{"user_id":"u"},"stream":true}
        """;

    public const string Gemini =
        """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"temperature":0.5,"candidateCount":3,"maxOutputTokens":500}}""";

    public const string Completion =
        """{"model":"legacy-1","prompt":["a","b",[1]],"n":2,"best_of":3,"max_tokens":7,"service_tier":"auto"}""";

    public const string Searching =
        """
        {"model":"claude-9","max_tokens":40,"speed":"fast","tools":[{"type":"web_search_20250305","name":"web_search","max_uses":5},
        {"name":"f","input_schema":{"type":"object","properties":{"max_uses":{"type":"integer"}}}}],"messages":[]}
        """;

    public static readonly (ApiFormat Format, byte[] Body)[] All =
    [
        (ApiFormat.OpenAiChat, Encoding.UTF8.GetBytes(Chat)),
        (ApiFormat.OpenAiResponses, Encoding.UTF8.GetBytes(Responses)),
        (ApiFormat.AnthropicMessages, Encoding.UTF8.GetBytes(Anthropic)),
        (ApiFormat.Gemini, Encoding.UTF8.GetBytes(Gemini)),
        (ApiFormat.OpenAiChat, Encoding.UTF8.GetBytes(Completion)),
        (ApiFormat.AnthropicMessages, Encoding.UTF8.GetBytes(Searching)),
        (ApiFormat.OpenAiChat, "{ }"u8.ToArray()),
        (ApiFormat.Gemini, "{\"generationConfig\":{}}"u8.ToArray()),
    ];
}
