using System.Globalization;
using System.Text;

namespace Lava.Load.Comparing;

/// <summary>
/// What the lean provider answers, ready as bytes: one completion of 1 KB, and a stream of events that each carry the time at which they
/// were sent. For one thread: stamps are written into the same bytes again and again.
/// </summary>
internal sealed class ProviderAnswers
{
    private const int JsonBytes = 1024;
    private const string NoStamp = "0000000000000000";
    private const string Usage = "\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":100,\"total_tokens\":220}";
    private const string StreamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";

    // Before the two stamps of an event: when its request had come in, and when it was sent itself.
    private static readonly byte[] RequestMark = "\"id\":\"chatcmpl-"u8.ToArray();
    private static readonly byte[] SentMark = "\"content\":\""u8.ToArray();

    private static readonly byte[] JsonBody = Encoding.UTF8.GetBytes(Completion());
    private static readonly byte[] EventBody = Encoding.UTF8.GetBytes(Event($"{{\"content\":\"{NoStamp}\"}}", "null", "null"));
    private static readonly byte[] StopBody = Encoding.UTF8.GetBytes(Event("{}", "\"stop\"", "null"));
    private static readonly byte[] UsageBody = Encoding.UTF8.GetBytes(
        $"data: {{\"id\":\"chatcmpl-{NoStamp}\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,"
        + $"\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[],{Usage}}}\n\n");
    private static readonly byte[] DoneBody = "data: [DONE]\n\n"u8.ToArray();

    private readonly byte[] _first = [.. Encoding.ASCII.GetBytes(StreamHead), .. Chunk(EventBody)];
    private readonly byte[] _next = Chunk(EventBody);

    /// <summary>Bytes of the body of a completion.</summary>
    public static int JsonBodyBytes => JsonBody.Length;

    public static byte[] Json { get; } =
        [.. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {JsonBody.Length}\r\n\r\n"), .. JsonBody];

    /// <summary>The writes that end a stream.</summary>
    public static byte[][] End { get; } = [Chunk(StopBody), Chunk(UsageBody), [.. Chunk(DoneBody), .. "0\r\n\r\n"u8]];

    /// <summary>Bytes of the body of a stream, without its framing.</summary>
    public static int StreamBodyBytes(int events) => (events * EventBody.Length) + StopBody.Length + UsageBody.Length + DoneBody.Length;

    /// <summary>The times that an event of a stream carries; false for one without.</summary>
    public static bool TryReadStamps(ReadOnlySpan<byte> @event, out long requested, out long sent)
    {
        var id = @event.IndexOf(RequestMark);
        var content = @event.IndexOf(SentMark);
        var found = id >= 0 && content >= 0 && @event.Length - content >= SentMark.Length + Stamp.Length;
        requested = found ? Stamp.Read(@event[(id + RequestMark.Length)..]) : 0;
        sent = found ? Stamp.Read(@event[(content + SentMark.Length)..]) : 0;
        return found;
    }

    /// <summary>The bytes of an event, with the response's head before the first.</summary>
    public ReadOnlySpan<byte> EventNow(bool first, long requested)
    {
        var bytes = first ? _first : _next;
        Stamp.Write(requested, bytes.AsSpan(bytes.AsSpan().IndexOf(RequestMark) + RequestMark.Length));
        Stamp.Write(MonotonicClock.Now, bytes.AsSpan(bytes.AsSpan().IndexOf(SentMark) + SentMark.Length));
        return bytes;
    }

    private static string Event(string delta, string finish, string usage) =>
        $"data: {{\"id\":\"chatcmpl-{NoStamp}\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,"
        + "\"model\":\"gpt-4o-mini-2024-07-18\",\"system_fingerprint\":\"fp_load\",\"choices\":[{\"index\":0,"
        + $"\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{finish}}}],\"usage\":{usage}}}\n\n";

    private static string Completion()
    {
        const string Head =
            "{\"id\":\"chatcmpl-load\",\"object\":\"chat.completion\",\"created\":1750000000,\"model\":\"gpt-4o-mini-2024-07-18\","
            + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"";
        const string Tail = "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]," + Usage + "}";
        return Head + new string('x', JsonBytes - Head.Length - Tail.Length) + Tail;
    }

    private static byte[] Chunk(byte[] body) =>
        [.. Encoding.ASCII.GetBytes(body.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), .. body, .. "\r\n"u8];
}
