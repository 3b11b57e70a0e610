using System.Globalization;
using System.Text;

namespace Lava.Testing.Loopback;

/// <summary>What goes over the wire: a chat call of 1 KB each way with the headers that a provider's SDK sends, and its stream.</summary>
public static class LoopbackMessages
{
    /// <summary>
    /// A mark that only an event carries, once: who sees it has received an event. One byte, for the server may send an event as two
    /// chunks, with their sizes in the middle of any longer one.
    /// </summary>
    public static ReadOnlySpan<byte> EventMark => "~"u8;

    /// <summary>The last bytes of a chunked body.</summary>
    public static ReadOnlySpan<byte> EndMark => "\r\n0\r\n\r\n"u8;

    internal static byte[] JsonAnswer { get; } = Message(
        "HTTP/1.1 200 OK\r\n" + ProviderHeaders + "Content-Type: application/json\r\n",
        "{\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion\",\"created\":1790000000,"
        + "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        + Words(80) + "\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
        + "\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":80,\"total_tokens\":99,"
        + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
        + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}},\"service_tier\":\"default\"}");

    internal static byte[] StreamHead { get; } = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\n" + ProviderHeaders + "Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");

    internal static byte[] StreamEvent { get; } = Chunk(
        "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
        + "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,"
        + "\"finish_reason\":null}],\"usage\":null,\"obfuscation\":\"aB3dE~\"}\n\n");

    internal static byte[] StreamEnd { get; } =
    [
        .. Chunk(
            "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
            + "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":80,"
            + "\"total_tokens\":99}}\n\ndata: [DONE]\n\n"),
        .. "0\r\n\r\n"u8,
    ];

    private const string ProviderHeaders =
        "Date: Fri, 21 Aug 2026 10:00:00 GMT\r\nServer: cloudflare\r\nopenai-processing-ms: 412\r\nopenai-version: 2020-10-01\r\n"
        + "x-request-id: req_3f1c9f0e8c7b4d6a9f0e8c7b4d6a9f0e\r\n";

    /// <summary>A chat call with a forward token, of about 1 KB.</summary>
    public static byte[] JsonRequest(string token) => Request(token, "");

    /// <summary>The same, streamed; with or without asking for usage.</summary>
    public static byte[] StreamRequest(string token, bool usage) =>
        Request(token, usage ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : ",\"stream\":true");

    private static byte[] Request(string token, string more) => Message(
        "POST /v1/forward?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fchat%2Fcompletions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + "Authorization: Bearer " + token + "\r\nAccept: application/json\r\nUser-Agent: OpenAI/JS 5.0.1\r\n"
        + "Content-Type: application/json\r\n",
        "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"" + Words(120) + "\"}],\"max_tokens\":200" + more + "}");

    private static byte[] Message(string head, string body) =>
        Encoding.ASCII.GetBytes(head + "Content-Length: " + body.Length.ToString(CultureInfo.InvariantCulture) + "\r\n\r\n" + body);

    private static byte[] Chunk(string text) =>
        Encoding.ASCII.GetBytes(text.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n" + text + "\r\n");

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("several", count));
}
