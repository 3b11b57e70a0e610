using System.Net.Sockets;
using System.Text;

namespace Lava.Testing.Gateway;

/// <summary>A request as its bytes arrived, and the connection to answer it on.</summary>
public sealed class ScriptedExchange(Socket socket, string head, byte[] body)
{
    /// <summary>Request line and headers, without the blank line.</summary>
    public string Head { get; } = head;

    /// <summary>The body.</summary>
    public byte[] Body { get; } = body;

    /// <summary>The body as text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>Method and target.</summary>
    public string RequestLine => Head.Split("\r\n")[0];

    /// <summary>The values of a header, one for each line.</summary>
    public string[] Header(string name) =>
    [
        .. Head.Split("\r\n").Skip(1)
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim()),
    ];

    /// <summary>Sends text as it is.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes, SocketFlags.None);

    /// <summary>Sends one chunk of a chunked body.</summary>
    public Task SendChunkAsync(string text) => SendAsync($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    /// <summary>A whole JSON answer with its length. It announces the connection's end, which a caller would else meet later.</summary>
    public Task SendJsonAsync(string json, string status = "200 OK", string headers = "") => SendAsync(
        $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n{headers}\r\n{json}");

    /// <summary>The head of an answer in chunks.</summary>
    public Task SendChunkedHeadAsync(string contentType = "text/event-stream") =>
        SendAsync($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n");

    /// <summary>Breaks the connection off, without the usual end.</summary>
    public void Reset() => socket.Close(0);
}
