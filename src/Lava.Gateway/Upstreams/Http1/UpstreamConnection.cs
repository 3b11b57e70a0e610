namespace Lava.Gateway.Upstreams.Http1;

/// <summary>A connection and its place in the pool.</summary>
/// <param name="transport">Its bytes.</param>
/// <param name="pool">Where it belongs.</param>
/// <param name="slot">Its place there.</param>
/// <param name="madeAt">Timestamp.</param>
internal sealed class UpstreamConnection(UpstreamTransport transport, UpstreamPool pool, int slot, long madeAt)
{
    private const int Busy = 0;
    private const int Idle = 1;
    private const int Closed = 2;

    private int _state;
    private long _idleSince;

    /// <summary>Its bytes.</summary>
    public UpstreamTransport Transport { get; } = transport;

    /// <summary>Where it belongs.</summary>
    public UpstreamPool Pool { get; } = pool;

    /// <summary>Its place there.</summary>
    public int Slot { get; } = slot;

    /// <summary>When it was made.</summary>
    public long MadeAt { get; } = madeAt;

    /// <summary>Since when it is idle.</summary>
    public long IdleSince => Volatile.Read(ref _idleSince);

    /// <summary>Is it idle?</summary>
    public bool IsIdle => Volatile.Read(ref _state) == Idle;

    /// <summary>The place of the next idle one, counted from 1; see <see cref="IdleStack"/>.</summary>
    public int Next { get; set; }

    /// <summary>A call has ended with it.</summary>
    public void BeIdle(long now)
    {
        Volatile.Write(ref _idleSince, now);
        Volatile.Write(ref _state, Idle);
    }

    /// <summary>Takes it for a call; false where it was closed meanwhile.</summary>
    public bool TryUse() => Interlocked.CompareExchange(ref _state, Busy, Idle) == Idle;

    /// <summary>Takes it out of use while it is idle; false where a call has it.</summary>
    public bool TryClose() => Interlocked.CompareExchange(ref _state, Closed, Idle) == Idle;
}
