using System.Diagnostics.CodeAnalysis;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// The connections of one origin. A call takes the one that was used last, so that those which are not needed grow old; each serves one
/// call at a time.
/// </summary>
internal sealed class UpstreamPool(UpstreamOptions options, TimeProvider time)
{
    private const int Retired = -1;
    private readonly IdleStack _idle = new();
    private int _count;
    private bool _isClosing;

    /// <summary>Has it been given up, because it was empty? Another one takes its place.</summary>
    public bool IsRetired => Volatile.Read(ref _count) == Retired;

    /// <summary>Connections, those that are being made too.</summary>
    public int Count => Math.Max(0, Volatile.Read(ref _count));

    /// <summary>Takes an idle connection that is still good.</summary>
    public bool TryRent([NotNullWhen(true)] out UpstreamConnection? connection)
    {
        while (_idle.TryPop(out connection))
        {
            if (!connection.TryUse())
            {
                _idle.Remove(connection);
            }
            else if (IsFresh(connection, time.GetTimestamp()) && connection.Transport.IsQuiet())
            {
                return true;
            }
            else
            {
                Close(connection);
            }
        }

        return false;
    }

    /// <summary>Room for one more connection; false where there are as many as there may be, or where it is retired.</summary>
    public bool TryReserve()
    {
        var count = Volatile.Read(ref _count);
        while (count != Retired && count < options.MaxConnectionsPerHost)
        {
            var seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    /// <summary>The connection that room was reserved for was not made.</summary>
    public void Unreserve() => Interlocked.Decrement(ref _count);

    /// <summary>It was made, and is in use.</summary>
    public UpstreamConnection Add(UpstreamTransport transport) => _idle.Place(
        (Pool: this, Transport: transport, Now: time.GetTimestamp()),
        static (state, place) => new UpstreamConnection(state.Transport, state.Pool, place, state.Now));

    /// <summary>A call has ended with a connection, and left it clean.</summary>
    public void Return(UpstreamConnection connection)
    {
        var now = time.GetTimestamp();
        if (IsOver(connection, now) || Volatile.Read(ref _isClosing))
        {
            Close(connection);
            return;
        }

        connection.Transport.Rest();
        connection.BeIdle(now);
        _idle.Push(connection);
        if (Volatile.Read(ref _isClosing))
        {
            CloseIdle(TimeSpan.Zero);
        }
    }

    /// <summary>Closes a connection that a call has.</summary>
    public void Close(UpstreamConnection connection)
    {
        connection.Transport.Dispose();
        _idle.Remove(connection);
        Unreserve();
    }

    /// <summary>Closes what was idle for too long, or is too old. True where nothing was left: nobody gets a connection any more.</summary>
    public bool Sweep()
    {
        CloseIdle(options.IdleTimeout);
        return Interlocked.CompareExchange(ref _count, Retired, 0) == 0;
    }

    /// <summary>Closes what is idle, and from now on each connection when its call ends.</summary>
    public void CloseAll()
    {
        // A full fence: a call that ends now sees it, or its connection is seen idle.
        Interlocked.Exchange(ref _isClosing, true);
        CloseIdle(TimeSpan.Zero);
    }

    // They stay in the stack: whoever takes them from it finds them closed.
    private void CloseIdle(TimeSpan idleFor)
    {
        var now = time.GetTimestamp();
        foreach (var connection in _idle.Places)
        {
            if (connection is { IsIdle: true }
                && (time.GetElapsedTime(connection.IdleSince, now) >= idleFor || IsOver(connection, now))
                && connection.TryClose())
            {
                connection.Transport.Dispose();
                Unreserve();
            }
        }
    }

    // The sweep comes four times in an idle time: until then one that is over it may still stand here.
    private bool IsFresh(UpstreamConnection connection, long now) =>
        !IsOver(connection, now) && time.GetElapsedTime(connection.IdleSince, now) < options.IdleTimeout;

    private bool IsOver(UpstreamConnection connection, long now) =>
        time.GetElapsedTime(connection.MadeAt, now) >= options.ConnectionLifetime;
}
