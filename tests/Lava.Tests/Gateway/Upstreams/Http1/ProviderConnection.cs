using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>The provider's end of one connection.</summary>
internal sealed class ProviderConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];

    public ProviderConnection(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
    }

    /// <summary>The next request, head and body.</summary>
    public async Task<string> ReceiveAsync()
    {
        var text = "";
        while (!IsWhole(text))
        {
            text += await ReceivePieceAsync() ?? throw new InvalidOperationException("The connection ended: " + text);
        }

        return text;
    }

    /// <summary>What is there; null at the end of the connection, however it ended.</summary>
    public async Task<string?> ReceivePieceAsync()
    {
        try
        {
            var read = await _socket.ReceiveAsync(_buffer).WaitAsync(GatewayHarness.Patience);
            return read == 0 ? null : Encoding.ASCII.GetString(_buffer, 0, read);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Waits for the client to close; what it still sends is forgotten.</summary>
    public async Task ClosedAsync()
    {
        while (await ReceivePieceAsync() is not null)
        {
        }
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends a whole answer.</summary>
    public Task AnswerAsync(string body = "ok", string more = "") =>
        SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}{more}");

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end >= 0
            && text.Length - end - 4 >= int.Parse(Heads.Values(text, "Content-Length").FirstOrDefault("0"), CultureInfo.InvariantCulture);
    }
}
