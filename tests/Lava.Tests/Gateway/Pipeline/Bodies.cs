using System.Text;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Requests and answers with figures that are easy to price: gpt-4o-mini costs 1,500 units in and 6,000 out per token.</summary>
internal static class Bodies
{
    public const string Chat = """{"model":"gpt-4o-mini","max_tokens":100,"messages":[{"role":"user","content":"hello"}]}""";
    public const string ChatStream =
        """{"model":"gpt-4o-mini","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"hello"}]}""";

    /// <summary>A stream whose client asked for usage itself: it is relayed untouched.</summary>
    public const string ChatStreamWithUsage =
        """{"model":"gpt-4o-mini","max_tokens":100,"stream":true,"stream_options":{"include_usage":true},"messages":[]}""";

    public const string Answer =
        """{"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"""
        + """ "usage":{"prompt_tokens":10,"completion_tokens":20}}""";

    public const string AnswerWithoutUsage =
        """{"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[{"message":{"content":"12345678"},"finish_reason":"stop"}]}""";

    /// <summary>Ten tokens in, twenty out, and 20 % on top.</summary>
    public const long AnswerCharge = ((10 * 1_500) + (20 * 6_000)) * 12 / 10;

    public const string Text =
        """data: {"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[{"delta":{"content":"hello world!"}}],"usage":null}"""
        + "\n\n";

    public const string Stop =
        """data: {"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}"""
        + "\n\n";

    public const string UsageChunk =
        """data: {"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20}}""" + "\n\n";

    public const string Done = "data: [DONE]\n\n";

    /// <summary>The most that a gpt-4o-mini call of this body can be charged by the meter "percent".</summary>
    public static long Hold(string body, long output) => Hold(Encoding.UTF8.GetByteCount(body), output);

    /// <summary>The same for a number of input tokens.</summary>
    public static long Hold(long input, long output) => ((input * 1_500) + (output * 6_000)) * 12 / 10;
}
