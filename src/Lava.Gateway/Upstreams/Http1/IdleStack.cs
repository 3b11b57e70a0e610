using System.Diagnostics.CodeAnalysis;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// Idle connections, the last one first, without locks and without nodes: the stack is chained through the connections themselves by
/// their places in a table. Its head carries a count of its changes, so that one which was taken and came back is not mistaken for
/// unmoved. Places are given out under a lock, when connections are made.
/// </summary>
internal sealed class IdleStack
{
    private const int FirstPlaces = 4;
    private const int TagBits = 32;
    private readonly Lock _placing = new();
    private readonly Stack<int> _free = new();
    private UpstreamConnection?[] _places = new UpstreamConnection?[FirstPlaces];
    private int _used;
    private long _head;

    /// <summary>All connections that have a place, idle or not; some places are empty.</summary>
    public ReadOnlySpan<UpstreamConnection?> Places => Volatile.Read(ref _places);

    /// <summary>Gives a connection that is made a place.</summary>
    public UpstreamConnection Place<TState>(TState state, Func<TState, int, UpstreamConnection> make)
    {
        lock (_placing)
        {
            if (!_free.TryPop(out var place))
            {
                place = _used++;
                if (place == _places.Length)
                {
                    var grown = new UpstreamConnection?[2 * place];
                    _places.CopyTo(grown, 0);
                    Volatile.Write(ref _places, grown);
                }
            }

            var made = make(state, place);
            Volatile.Write(ref _places[place], made);
            return made;
        }
    }

    /// <summary>Takes the place of a connection that is closed and not in the stack.</summary>
    public void Remove(UpstreamConnection connection)
    {
        lock (_placing)
        {
            Volatile.Write(ref _places[connection.Slot], null);
            _free.Push(connection.Slot);
        }
    }

    /// <summary>Puts one onto the stack.</summary>
    public void Push(UpstreamConnection connection)
    {
        var head = Volatile.Read(ref _head);
        while (true)
        {
            connection.Next = (int)head;
            var seen = Interlocked.CompareExchange(ref _head, Changed(head, connection.Slot + 1), head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>Takes the last one.</summary>
    public bool TryPop([NotNullWhen(true)] out UpstreamConnection? connection)
    {
        var head = Volatile.Read(ref _head);
        while ((int)head != 0)
        {
            // Where another thread was here first this may be nobody's, or another's: the exchange fails then.
            connection = Volatile.Read(ref Volatile.Read(ref _places)[(int)head - 1]);
            var seen = Interlocked.CompareExchange(ref _head, Changed(head, connection?.Next ?? 0), head);
            if (seen == head && connection is not null)
            {
                return true;
            }

            head = seen;
        }

        connection = null;
        return false;
    }

    private static long Changed(long head, int place) => (((head >> TagBits) + 1) << TagBits) | (uint)place;
}
