using System.Net;
using System.Text;

namespace Lava.Load.Comparing;

/// <summary>Requests as bytes.</summary>
internal static class LoadRequests
{
    /// <summary>Where OpenAI's chat completions are; the lean provider answers everywhere.</summary>
    public const string ProviderPath = "/v1/chat/completions";

    /// <summary>The same, through the gateway.</summary>
    public const string GatewayPath = "/v1/forward?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fchat%2Fcompletions";

    private const int BodyBytes = 1024;

    /// <summary>A body of 1 KB.</summary>
    public static string Json() => Body("");

    /// <summary>A body of 1 KB that asks for a stream.</summary>
    public static string Stream(int events, TimeSpan gap) =>
        Body($",\"user\":\"{StreamWish.Write(events, gap)}\",\"stream\":true,\"stream_options\":{{\"include_usage\":true}}");

    /// <summary>A whole request.</summary>
    /// <param name="address">Where it goes.</param>
    /// <param name="path">What it asks for.</param>
    /// <param name="token">Bearer token.</param>
    /// <param name="body">JSON, ASCII.</param>
    public static byte[] Write(IPEndPoint address, string path, string token, string body) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        + $"Accept: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static string Body(string members)
    {
        const string Head = "{\"model\":\"gpt-4o-mini\",\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"";
        const string Tail = "\"}]";
        return Head + new string('x', BodyBytes - Head.Length - Tail.Length - members.Length - 1) + Tail + members + "}";
    }
}
