namespace Lava.Load.Running;

/// <summary>What was seen of the gateway's node during a run. From one thread, read when the run has ended.</summary>
internal sealed class NodeStatistics
{
    private const string LagHistogram = "lava_flush_batch_lag_seconds";
    private readonly List<long> _memory = [];
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

    /// <summary>The process' resident memory at each look.</summary>
    public IReadOnlyList<long> Memory => _memory;

    public void Add(IReadOnlyDictionary<string, double> metrics, long? memory)
    {
        _first ??= metrics;
        _last = metrics;
        JournalBytesMax = Math.Max(JournalBytesMax, metrics.GetValueOrDefault("lava_journal_bytes"));
        OpenHoldsMax = Math.Max(OpenHoldsMax, metrics.GetValueOrDefault("lava_journal_open_holds"));
        if (memory is { } bytes)
        {
            _memory.Add(bytes);
        }
    }

    /// <summary>The median of a fifth of the run, 0 to 4: single peaks, such as those before a collection, don't count.</summary>
    public long MemoryInFifth(int fifth)
    {
        var count = _memory.Count / 5;
        var part = _memory.GetRange(fifth * count, count);
        part.Sort();
        return part.Count == 0 ? 0 : part[part.Count / 2];
    }

    private double Growth(string name) => (_last?.GetValueOrDefault(name) ?? 0) - (_first?.GetValueOrDefault(name) ?? 0);
}
