using System.Net;
using System.Net.Sockets;

namespace Lava.Load.Comparing;

/// <summary>
/// A provider that costs next to nothing, so that it does not hide what a proxy costs: one thread, three system calls a request, answers
/// ready as bytes. Streams are paced as the request says.
/// </summary>
internal sealed class LeanProvider : IDisposable
{
    private const int Backlog = 4096;

    // How long a wait may last; nothing depends on it.
    private const long WaitMax = 1_000_000_000;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Poller _poller = new();
    private readonly List<ProviderConnection?> _connections = [null];
    private readonly PriorityQueue<int, long> _due = new();
    private readonly ProviderAnswers _answers = new();

    /// <param name="port">Zero: any free one.</param>
    public LeanProvider(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(Backlog);
        _poller.Add((int)_listener.SafeHandle.DangerousGetHandle(), 0);
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Serves until it is told to stop.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = _due.TryPeek(out _, out var next) ? Math.Min(WaitMax, next - MonotonicClock.Now) : WaitMax;
            var ready = _poller.Wait(wait);
            for (var i = 0; i < ready; i++)
            {
                Serve(_poller.Token(i));
            }

            SendDue();
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection?.Socket.Dispose();
        }

        _listener.Dispose();
        _poller.Dispose();
    }

    private void Serve(int token)
    {
        if (token == 0)
        {
            Accept();
        }
        else if (_connections[token] is { } connection && !Answer(connection, token))
        {
            connection.Socket.Dispose();
            _connections[token] = null;
        }
    }

    private void Accept()
    {
        var socket = _listener.Accept();
        socket.NoDelay = true;
        var connection = new ProviderConnection(new RawSocket(socket));
        _poller.Add(connection.Socket.Descriptor, _connections.Count);
        _connections.Add(connection);
    }

    // False: the connection has ended.
    private bool Answer(ProviderConnection connection, int token)
    {
        if (!connection.Receive())
        {
            return false;
        }

        while (connection.TryTake(out var streamed))
        {
            if (streamed)
            {
                // The first event comes after a gap too: a model thinks before it speaks.
                _due.Enqueue(token, connection.Requested + connection.Gap);
            }
            else if (!connection.Socket.Send(ProviderAnswers.Json))
            {
                return false;
            }
        }

        return true;
    }

    private void SendDue()
    {
        while (_due.TryPeek(out var token, out var at) && at <= MonotonicClock.Now)
        {
            _due.Dequeue();
            if (_connections[token] is { } connection && SendNext(connection))
            {
                _due.Enqueue(token, at + connection.Gap);
            }
        }
    }

    // False: the stream has ended.
    private bool SendNext(ProviderConnection connection)
    {
        if (connection.Owed > 0)
        {
            var sent = connection.Socket.Send(_answers.EventNow(connection.IsFirst, connection.Requested));
            connection.IsFirst = false;
            connection.Owed--;
            return sent;
        }

        foreach (var bytes in ProviderAnswers.End)
        {
            connection.Socket.Send(bytes);
        }

        return false;
    }
}
