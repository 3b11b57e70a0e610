using Lava.Gateway;

namespace Lava.Server.Hosting;

/// <summary>
/// Looks at the node's counters each second and keeps what it saw: the last quarter of an hour by the second, the last six hours by the
/// quarter of a minute. Bounded, about 900 KB; a restart begins anew. Not thread-safe but for its readers.
/// </summary>
/// <param name="read">Writes the values but the quantiles.</param>
/// <param name="added">The gateway's own share of each call.</param>
/// <param name="firstByte">How long callers waited for the first byte.</param>
/// <param name="time">The clock.</param>
internal sealed class OperationsSampler(Action<long[]> read, LatencyHistogram added, LatencyHistogram firstByte, TimeProvider time)
{
    /// <summary>From one sample to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int RecentSamples = 900;
    private const int LongSamples = 1_440;
    private const int LongEach = 15;

    private readonly LatencyWindow _added = new(added);
    private readonly LatencyWindow _firstByte = new(firstByte);
    private volatile OperationsSample? _latest;
    private int _count;

    /// <summary>The last quarter of an hour.</summary>
    public OperationsRing Recent { get; } = new(RecentSamples);

    /// <summary>The last six hours.</summary>
    public OperationsRing Long { get; } = new(LongSamples);

    /// <summary>The newest; null: none yet.</summary>
    public OperationsSample? Latest => _latest;

    /// <summary>Looks once, as a round of a <see cref="PeriodicWorker"/>.</summary>
    public Task SampleAsync(CancellationToken cancellationToken)
    {
        Sample();
        return Task.CompletedTask;
    }

    /// <summary>Looks once.</summary>
    public void Sample()
    {
        var values = new long[(int)OperationsValue.Count];
        read(values);
        _added.Advance();
        _firstByte.Advance();
        Set(OperationsValue.AddedP50, _added.Quantile(0.5));
        Set(OperationsValue.AddedP90, _added.Quantile(0.9));
        Set(OperationsValue.AddedP99, _added.Quantile(0.99));
        Set(OperationsValue.AddedP999, _added.Quantile(0.999));
        Set(OperationsValue.FirstByteP50, _firstByte.Quantile(0.5));
        Set(OperationsValue.FirstByteP99, _firstByte.Quantile(0.99));
        var sample = new OperationsSample(time.GetUtcNow(), values);
        Recent.Add(sample);
        if (_count++ % LongEach == 0)
        {
            Long.Add(sample);
        }

        _latest = sample;

        void Set(OperationsValue value, long number) => values[(int)value] = number;
    }
}
