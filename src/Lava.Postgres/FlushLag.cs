namespace Lava.Postgres;

/// <summary>
/// How far PostgreSQL is behind the calls: the age of the oldest that it lacks, now and as it was when each batch arrived. A call counts
/// from its end, less than a millisecond before it is durable, so that an age spans restarts. Written by the flusher alone.
/// </summary>
public sealed class FlushLag
{
    private static readonly TimeSpan[] UpperBounds =
    [
        TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(250),
        TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(5), TimeSpan.FromHours(1),
    ];

    private const long None = 0;
    private readonly TimeProvider _time;
    private readonly long[] _counts = new long[UpperBounds.Length + 1];
    private long _oldestTicks;
    private long _maxTicks;
    private long _sumTicks;

    /// <summary>Starts; what is already missing is taken to be as old as this, until it is read.</summary>
    public FlushLag(TimeProvider time, bool isBehind)
    {
        _time = time;
        _oldestTicks = isBehind ? time.GetUtcNow().UtcTicks : None;
    }

    /// <summary>Upper bounds of the histogram's buckets; the last bucket, behind them, has none.</summary>
    public static IReadOnlyList<TimeSpan> Bounds => UpperBounds;

    /// <summary>The age of the oldest call that is known to be missing; zero: none.</summary>
    public TimeSpan Age
    {
        get
        {
            var oldest = Volatile.Read(ref _oldestTicks);

            // Not negative: clocks step back.
            return oldest == None ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, _time.GetUtcNow().UtcTicks - oldest));
        }
    }

    /// <summary>The greatest lag of a batch since the start.</summary>
    public TimeSpan Max => TimeSpan.FromTicks(Volatile.Read(ref _maxTicks));

    /// <summary>The lags of all batches together.</summary>
    public TimeSpan Sum => TimeSpan.FromTicks(Volatile.Read(ref _sumTicks));

    /// <summary>Batches whose oldest call was that far behind when they arrived: more than the bound before, at most this one.</summary>
    public long CountOf(int bound) => Volatile.Read(ref _counts[bound]);

    /// <summary>A batch was read from the journal; its first call is the oldest that is missing.</summary>
    internal void Taken(UsageRecordBatch batch)
    {
        if (batch.Count > 0)
        {
            Volatile.Write(
                ref _oldestTicks,
                DateTime.UnixEpoch.Ticks + (batch.Facts(0, 1)[0].CompletedAtMicros * TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>PostgreSQL has the batch. What it lacks now, if anything, became durable after the batch was read.</summary>
    internal void Applied(UsageRecordBatch batch, DateTimeOffset readAt, bool isBehind)
    {
        if (batch.Count > 0)
        {
            Record(Age);
        }

        Volatile.Write(ref _oldestTicks, isBehind ? readAt.UtcTicks : None);
    }

    private void Record(TimeSpan lag)
    {
        var bucket = 0;
        while (bucket < UpperBounds.Length && lag > UpperBounds[bucket])
        {
            bucket++;
        }

        _counts[bucket]++;
        Volatile.Write(ref _sumTicks, _sumTicks + lag.Ticks);
        Volatile.Write(ref _maxTicks, Math.Max(_maxTicks, lag.Ticks));
    }
}
