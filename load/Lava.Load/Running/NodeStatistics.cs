namespace Lava.Load.Running;

/// <summary>What was seen of the gateway's node during a run. From one thread, read when the run has ended.</summary>
internal sealed class NodeStatistics
{
    private readonly List<long> _memory = [];

    /// <summary>Age of the oldest durable record that PostgreSQL lacked, at each look.</summary>
    public Histogram FlushLag { get; } = new();

    public double JournalBytesMax { get; private set; }

    public double OpenHoldsMax { get; private set; }

    /// <summary>The process' resident memory at each look.</summary>
    public IReadOnlyList<long> Memory => _memory;

    public void Add(IReadOnlyDictionary<string, double> metrics, long? memory)
    {
        if (metrics.TryGetValue("lava_flush_lag_seconds", out var lag))
        {
            FlushLag.Record(TimeSpan.FromSeconds(lag));
        }

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
}
