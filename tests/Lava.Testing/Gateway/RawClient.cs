using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lava.Testing.Gateway;

/// <summary>A client that sees every byte, framing included, and can vanish at any moment.</summary>
public sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly StringBuilder _received = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Task<int>? _pending;

    private RawClient()
    {
    }

    /// <summary>What has been received, each byte a character.</summary>
    public string Received => _received.ToString();

    /// <summary>Did the connection end by a reset?</summary>
    public bool WasReset { get; private set; }

    /// <summary>Connects and sends a request.</summary>
    public static async Task<RawClient> SendAsync(int port, string request)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, port);
        await client._socket.SendAsync(Encoding.UTF8.GetBytes(request), SocketFlags.None);
        return client;
    }

    /// <summary>Is there nothing to receive now?</summary>
    public bool IsSilent => _socket.Available == 0 && _pending is null;

    /// <summary>Receives until the text stands in what was received, or the connection ends; false then.</summary>
    public async Task<bool> ReceiveUntilAsync(string text)
    {
        while (!Received.Contains(text, StringComparison.Ordinal))
        {
            if (!await ReceiveAsync())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Receives to the end of the connection; all of it.</summary>
    public async Task<string> ReceiveAllAsync()
    {
        while (await ReceiveAsync())
        {
        }

        return Received;
    }

    /// <summary>Vanishes.</summary>
    public void Reset() => _socket.Close(0);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        try
        {
            _pending = _socket.ReceiveAsync(_buffer, SocketFlags.None);
            var read = await _pending.WaitAsync(GatewayHarness.Patience);
            _pending = null;
            _received.Append(Encoding.Latin1.GetString(_buffer, 0, read));
            return read > 0;
        }
        catch (SocketException)
        {
            WasReset = true;
            return false;
        }
    }
}
