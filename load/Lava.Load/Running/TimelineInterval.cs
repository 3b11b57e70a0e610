namespace Lava.Load.Running;

/// <summary>A piece of a run. From many threads.</summary>
internal sealed class TimelineInterval
{
    private long _due;
    private long _ok;
    private long _failed;

    /// <summary>Of the calls that were due in it and ended as expected.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>Calls that were due.</summary>
    public long Due => Volatile.Read(ref _due);

    /// <summary>Calls that ended as expected.</summary>
    public long Ok => Volatile.Read(ref _ok);

    /// <summary>Calls that ended otherwise.</summary>
    public long Failed => Volatile.Read(ref _failed);

    public void CountDue() => Interlocked.Increment(ref _due);

    public void CountEnd(bool isOk) => Interlocked.Increment(ref isOk ? ref _ok : ref _failed);
}
