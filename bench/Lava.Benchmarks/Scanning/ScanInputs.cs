using System.Text;
using Lava.Tests.Metering.Scanning;

namespace Lava.Benchmarks.Scanning;

/// <summary>Inputs in the providers' shapes, repeated to a named size.</summary>
internal static class ScanInputs
{
    /// <summary>A long stream, and a size that a second-level cache holds: the scanner is measured, not the memory.</summary>
    public const int StreamBytes = 256 * 1024;

    /// <summary>Of rates in GB/s.</summary>
    public const double Giga = 1e9;

    /// <summary>What the streams of frames say at their end.</summary>
    public const int OutputTokens = 900;

    /// <summary>A request with a long conversation.</summary>
    public const int RequestBytes = 64 * 1024;

    /// <summary>Chunks of about 300 bytes with one word of text each, usage null; then the usage and [DONE].</summary>
    public static byte[] OpenAiChatStream() => Repeat(
        "",
        "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
        + "\"model\":\"gpt-9-2026-01-01\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,"
        + "\"delta\":{\"content\":\" token\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null,\"obfuscation\":\"aB3dE\"}\n\n",
        "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[],"
        + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":900,\"total_tokens\":912}}\n\n"
        + "data: [DONE]\n\n",
        StreamBytes);

    /// <summary>Text deltas of about 120 bytes, then the usage.</summary>
    public static byte[] AnthropicStream() => Repeat(
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"claude-9\","
        + "\"usage\":{\"input_tokens\":12,\"cache_read_input_tokens\":0,\"output_tokens\":1}}}\n\n",
        "event: content_block_delta\n"
        + "data: {\"type\":\"content_block_delta\",\"index\":0,"
        + "\"delta\":{\"type\":\"text_delta\",\"text\":\" a few words\"}}\n\n",
        "event: message_delta\n"
        + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
        + "\"usage\":{\"output_tokens\":900}}\n\n"
        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        StreamBytes);

    /// <summary>Chunks with usage in each: all of them are read structurally.</summary>
    public static byte[] GeminiStream() => Repeat(
        "",
        "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \" some more words of an answer\"}],\"role\": \"model\"},"
        + "\"index\": 0}],"
        + "\"usageMetadata\": {\"promptTokenCount\": 12,\"candidatesTokenCount\": 9,\"totalTokenCount\": 21,\"promptTokensDetails\": "
        + "[{\"modality\": \"TEXT\",\"tokenCount\": 12}]},"
        + "\"modelVersion\": \"gemini-9\",\"responseId\": \"w1peaMz6INOvnvgPgYfPiQY\"}\r\n\r\n",
        "",
        StreamBytes);

    /// <summary>A completion whose usage stands behind many tool calls.</summary>
    public static byte[] OpenAiChatJson() => Repeat(
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"gpt-9\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        + "\"content\":null,\"tool_calls\":[{}",
        ",{\"id\":\"call_abc\",\"type\":\"function\","
        + "\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"location\\\":\\\"Paris\\\"}\"}}",
        "]},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":900,\"total_tokens\":912}}",
        StreamBytes);

    /// <summary>A conversation of short messages, the model at its end.</summary>
    public static byte[] OpenAiChatRequest() => Repeat(
        "{\"messages\":[{\"role\":\"system\",\"content\":\"You are helpful.\"}",
        ",{\"role\":\"user\",\"content\":\"Tell me in a few words what the weather will be like in Paris on the weekend, please.\"}",
        "],\"model\":\"gpt-9\",\"stream\":true,\"max_completion_tokens\":500,\"temperature\":0.7}",
        RequestBytes);

    /// <summary>Bedrock's own shape: a frame of about 230 bytes for each word, padded as the service pads; then the usage.</summary>
    public static byte[] ConverseFrames() => RepeatFrames(
        EventStreamMessages.Event("messageStart", "{\"p\":\"abcdefghijk\",\"role\":\"assistant\"}"),
        EventStreamMessages.Event(
            "contentBlockDelta",
            "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" a few words\"},\"p\":\"abcdefghijklmnopqrstuvwxyzABCD\"}"),
        [
            .. EventStreamMessages.Event("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abcdef\"}"),
            .. EventStreamMessages.Event("messageStop", "{\"p\":\"abcdefghi\",\"stopReason\":\"end_turn\"}"),
            .. EventStreamMessages.Event(
                "metadata",
                "{\"metrics\":{\"latencyMs\":900},\"p\":\"abcd\",\"usage\":{\"inputTokens\":12,\"outputTokens\":900,\"totalTokens\":912}}"),
        ]);

    /// <summary>A vendor's events in base64, a frame for each; then the usage.</summary>
    public static byte[] InvokeFrames() => RepeatFrames(
        EventStreamMessages.Chunk(
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"claude-9\","
            + "\"usage\":{\"input_tokens\":12,\"cache_read_input_tokens\":0,\"output_tokens\":1}}}"),
        EventStreamMessages.Chunk(
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" a few words\"}}"),
        [
            .. EventStreamMessages.Chunk(
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":900}}"),
            .. EventStreamMessages.Chunk("{\"type\":\"message_stop\"}"),
        ]);

    private static byte[] RepeatFrames(byte[] head, byte[] body, byte[] tail)
    {
        var count = (StreamBytes - head.Length - tail.Length) / body.Length;
        return [.. head, .. Enumerable.Repeat(body, count).SelectMany(bytes => bytes), .. tail];
    }

    private static byte[] Repeat(string head, string body, string tail, int size)
    {
        var text = new StringBuilder(head);
        while (text.Length + body.Length + tail.Length <= size)
        {
            text.Append(body);
        }

        return Encoding.UTF8.GetBytes(text.Append(tail).ToString());
    }
}
