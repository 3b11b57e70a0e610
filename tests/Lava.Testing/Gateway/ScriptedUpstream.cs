using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lava.Testing.Gateway;

/// <summary>
/// A provider of which the test writes every byte. One request per connection; the connection closes when the script has ended.
/// </summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly Task _accepting;

    /// <summary>Starts to listen on a free port.</summary>
    public ScriptedUpstream()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How it answers.</summary>
    public Func<ScriptedExchange, Task> Script { get; set; } = exchange => exchange.SendJsonAsync("{}");

    /// <summary>What arrived, in order.</summary>
    public ConcurrentQueue<ScriptedExchange> Received { get; } = new();

    /// <summary>The one request that arrived.</summary>
    public ScriptedExchange Single => Received.Single();

    /// <summary>Where it listens.</summary>
    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _sockets.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            if (await ReadAsync(socket) is { } exchange)
            {
                Received.Enqueue(exchange);
                await Script(exchange);
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The gateway gave the connection up, or the script did.
        }
    }

    private static async Task<ScriptedExchange?> ReadAsync(Socket socket)
    {
        var bytes = new List<byte>();
        var buffer = new byte[16 * 1024];
        var headLength = -1;
        var total = int.MaxValue;
        while (bytes.Count < total)
        {
            var read = await socket.ReceiveAsync(buffer, SocketFlags.None);
            if (read == 0)
            {
                return null;
            }

            bytes.AddRange(buffer.AsSpan(0, read));
            if (headLength < 0 && (headLength = Encoding.Latin1.GetString([.. bytes]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) >= 0)
            {
                var head = new ScriptedExchange(socket, Encoding.UTF8.GetString([.. bytes], 0, headLength), []);
                var length = head.Header("Content-Length").FirstOrDefault("0");
                total = headLength + 4 + int.Parse(length, CultureInfo.InvariantCulture);
            }
        }

        var all = bytes.ToArray();
        return new ScriptedExchange(socket, Encoding.UTF8.GetString(all, 0, headLength), all[(headLength + 4)..]);
    }
}
