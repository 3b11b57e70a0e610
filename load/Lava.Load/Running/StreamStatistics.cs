using System.Diagnostics;

namespace Lava.Load.Running;

/// <summary>What streamed answers have shown. From many threads.</summary>
internal sealed class StreamStatistics
{
    private long _events;
    private long _chunks;

    public long Events => Volatile.Read(ref _events);

    /// <summary>Reads that completed an event at least.</summary>
    public long Chunks => Volatile.Read(ref _chunks);

    /// <summary>Until the first event with content.</summary>
    public Histogram FirstToken { get; } = new();

    /// <summary>Between a chunk and the next.</summary>
    public Histogram Gap { get; } = new();

    /// <summary>By how much a gap was longer than between the provider's writes of the same events; where it says when they were.</summary>
    public Histogram AddedGap { get; } = new();

    /// <summary>From the provider's write of an event until the client had it: the provider's socket, the gateway, the client.</summary>
    public Histogram Passage { get; } = new();

    /// <summary>Takes the events of one answer, in their order.</summary>
    public void Add(long dueAt, IReadOnlyList<StreamEvent> events)
    {
        var hasToken = false;
        var chunks = 0;
        var last = default(StreamEvent);
        foreach (var item in events)
        {
            if (item.IsContent && !hasToken)
            {
                hasToken = true;
                FirstToken.Record(Stopwatch.GetElapsedTime(dueAt, item.ArrivedAt));
            }

            if (item.WrittenAt > 0)
            {
                Passage.Record(Stopwatch.GetElapsedTime(item.WrittenAt, item.ArrivedAt));
            }

            if (chunks > 0 && item.ArrivedAt == last.ArrivedAt)
            {
                continue;
            }

            if (chunks++ > 0)
            {
                AddGap(last, item);
            }

            last = item;
        }

        Interlocked.Add(ref _events, events.Count);
        Interlocked.Add(ref _chunks, chunks);
    }

    private void AddGap(StreamEvent from, StreamEvent to)
    {
        var gap = Stopwatch.GetElapsedTime(from.ArrivedAt, to.ArrivedAt);
        Gap.Record(gap);
        if (from.WrittenAt > 0 && to.WrittenAt > 0)
        {
            AddedGap.Record(gap - Stopwatch.GetElapsedTime(from.WrittenAt, to.WrittenAt));
        }
    }
}
