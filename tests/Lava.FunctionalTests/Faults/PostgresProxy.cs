using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Lava.FunctionalTests.Faults;

/// <summary>
/// A network between lava and a PostgreSQL on a Unix socket, with its faults: nobody listens, connections break, nothing arrives any more,
/// and the one that matters most for money: the server has committed, and its answer is lost.
/// </summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<ProxyConnection, Task> _connections = new();
    private readonly UnixDomainSocketEndPoint _server;
    private Task _accepting = Task.CompletedTask;
    private volatile TaskCompletionSource _flows = new();
    private int _cutCommit;
    private int _stallCommit;
    private int _commitsCut;

    /// <summary>Takes a port; nobody listens on it yet.</summary>
    /// <param name="connectionString">The server's, by Unix socket.</param>
    public PostgresProxy(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _server = new UnixDomainSocketEndPoint(Path.Combine(settings.Host!, $".s.PGSQL.{settings.Port}"));
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        settings.Host = "127.0.0.1";
        settings.Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        settings.Pooling = true;
        ConnectionString = settings.ConnectionString;
        _flows.SetResult();
    }

    /// <summary>How lava connects through here.</summary>
    public string ConnectionString { get; }

    /// <summary>Answers to COMMIT that were withheld.</summary>
    public int CommitsCut => Volatile.Read(ref _commitsCut);

    /// <summary>Waits until what arrives may pass.</summary>
    public Task Flows => _flows.Task;

    public void Listen()
    {
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Breaks all connections; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Cut();
        }
    }

    /// <summary>From now on nothing passes: connections are taken and never answer.</summary>
    public void Stall() => _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The connection over which the next COMMIT comes falls silent before it, for good; others are as good as ever.</summary>
    public void StallCommit() => Volatile.Write(ref _stallCommit, 1);

    /// <summary>What was held up passes, and all that comes.</summary>
    public void Flow() => _flows.TrySetResult();

    /// <summary>The next commit reaches the server, and its answer nobody.</summary>
    public void CutCommit() => Volatile.Write(ref _cutCommit, 1);

    /// <summary>The client commits: does its connection fall silent?</summary>
    public bool StallsCommit() => Interlocked.Exchange(ref _stallCommit, 0) == 1;

    /// <summary>The server says that it has committed: may the client know?</summary>
    public bool PassesCommit()
    {
        if (Interlocked.Exchange(ref _cutCommit, 0) == 0)
        {
            return true;
        }

        Interlocked.Increment(ref _commitsCut);
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Flow();
        Cut();
        await Task.WhenAll(_connections.Values);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new ProxyConnection(this, await _listener.AcceptAsync());
                _connections[connection] = RunAsync(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task RunAsync(ProxyConnection connection)
    {
        await connection.RunAsync(_server);
        _connections.TryRemove(connection, out _);
    }
}
