using System.Net;
using System.Net.Sockets;

namespace Lava.Testing.Loopback;

/// <summary>
/// A provider that answers every request with the same bytes and allocates nothing for it. A request that asks for a stream gets
/// <see cref="Chunks"/> events, one per <see cref="Next"/>.
/// </summary>
public sealed class LoopbackProvider : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SemaphoreSlim _next = new(0);
    private readonly List<LoopbackConnection> _connections = [];

    public LoopbackProvider()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true, Name = "provider" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Events of a stream before its usage.</summary>
    public int Chunks { get; set; }

    /// <summary>Does the stream end with usage, as the client asked?</summary>
    public bool UsageAsked { get; set; } = true;

    /// <summary>Lets the next event go.</summary>
    public void Next() => _next.Release();

    public void Dispose()
    {
        _listener.Dispose();
        lock (_connections)
        {
            _connections.ForEach(connection => connection.Dispose());
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = new LoopbackConnection(_listener.Accept());
                lock (_connections)
                {
                    _connections.Add(connection);
                }

                new Thread(() => Serve(connection)) { IsBackground = true, Name = "provider" }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(LoopbackConnection connection)
    {
        try
        {
            while (connection.TryReceive(out var request))
            {
                if (request.IndexOf("\"stream\":true"u8) < 0)
                {
                    connection.Send(LoopbackMessages.JsonAnswer);
                    continue;
                }

                connection.Send(LoopbackMessages.StreamHead);
                for (var i = 0; i < Chunks; i++)
                {
                    _next.Wait();
                    connection.Send(LoopbackMessages.StreamEvent);
                }

                connection.Send(LoopbackMessages.StreamEnd);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
