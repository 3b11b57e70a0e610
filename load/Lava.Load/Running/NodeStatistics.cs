namespace Lava.Load.Running;

/// <summary>What was seen of the gateway's node during a run. From one thread, read when the run has ended.</summary>
internal sealed class NodeStatistics
{
    private const string LagHistogram = "lava_flush_batch_lag_seconds";
    private readonly List<NodeSample> _samples = [];
    private IReadOnlyDictionary<string, double>? _first;
    private IReadOnlyDictionary<string, double>? _last;

    /// <summary>
    /// The share of the run's flushes whose oldest call PostgreSQL held within a bound that the gateway's histogram has; no number
    /// without any flush.
    /// </summary>
    public double FlushedWithin(double seconds) =>
        Growth(FormattableString.Invariant($"{LagHistogram}_bucket{{le=\"{seconds}\"}}")) / Flushes;

    /// <summary>Transactions that moved records to PostgreSQL.</summary>
    public double Flushes => Growth(LagHistogram + "_count");

    /// <summary>The mean lag of a flush, seconds.</summary>
    public double FlushLagMean => Growth(LagHistogram + "_sum") / Flushes;

    public double JournalBytesMax { get; private set; }

    public double OpenHoldsMax { get; private set; }

    /// <summary>The processes at each look; empty where the gateway's is not on this machine.</summary>
    public IReadOnlyList<NodeSample> Samples => _samples;

    public void Add(IReadOnlyDictionary<string, double> metrics, NodeSample? sample)
    {
        _first ??= metrics;
        _last = metrics;
        JournalBytesMax = Math.Max(JournalBytesMax, metrics.GetValueOrDefault("lava_journal_bytes"));
        OpenHoldsMax = Math.Max(OpenHoldsMax, metrics.GetValueOrDefault("lava_journal_open_holds"));
        if (sample is { } seen)
        {
            _samples.Add(seen);
        }
    }

    /// <summary>The median of a fifth of the run, 0 to 4: single peaks, such as those before a collection, don't count.</summary>
    public long MemoryInFifth(int fifth)
    {
        var count = _samples.Count / 5;
        var part = _samples.Skip(fifth * count).Take(count).Select(sample => sample.Memory).Order().ToArray();
        return part.Length == 0 ? 0 : part[part.Length / 2];
    }

    /// <summary>Mean number of processors that were busy with a process between the first look and the last.</summary>
    public double Cores(Func<NodeSample, TimeSpan> processor)
    {
        var time = _samples.Count == 0 ? TimeSpan.Zero : _samples[^1].At - _samples[0].At;
        return time <= TimeSpan.Zero ? 0 : (processor(_samples[^1]) - processor(_samples[0])) / time;
    }

    private double Growth(string name) => (_last?.GetValueOrDefault(name) ?? 0) - (_first?.GetValueOrDefault(name) ?? 0);
}
