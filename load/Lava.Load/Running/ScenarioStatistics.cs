using System.Collections.Concurrent;
using System.Diagnostics;

namespace Lava.Load.Running;

/// <summary>What a run has counted. From many threads.</summary>
/// <param name="during">How long calls are sent that count.</param>
internal sealed class ScenarioStatistics(TimeSpan during)
{
    private readonly ConcurrentDictionary<string, StrongCount> _statuses = new();
    private long _ok;
    private long _failed;

    public long Ok => Volatile.Read(ref _ok);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Of the calls that ended as expected.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>Of the calls that were streamed and ended as expected.</summary>
    public StreamStatistics Streams { get; } = new();

    /// <summary>
    /// By how much the runner itself began a call of an open loop too late; where that is not far below the latency, it was the bottleneck.
    /// </summary>
    public Histogram SendDelay { get; } = new();

    public Timeline Timeline { get; } = new(during);

    /// <summary>What was seen of the gateway meanwhile.</summary>
    public NodeStatistics Node { get; } = new();

    /// <summary>From the first counted call's due time to the end of the last.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Calls a second that ended as expected.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Ok / Elapsed.TotalSeconds : 0;

    public IEnumerable<(string Status, long Count)> Statuses =>
        _statuses.OrderByDescending(pair => pair.Value.Value).Select(pair => (pair.Key, pair.Value.Value));

    /// <summary>A call that has ended. One that was due in the warm-up is only seen in the timeline, where it ended.</summary>
    public void Add(long dueAt, long endedAt, in StepResult result)
    {
        Timeline.Add(dueAt, endedAt, result.IsOk);
        if (dueAt < Timeline.BeginsAt)
        {
            return;
        }

        Interlocked.Increment(ref _statuses.GetOrAdd(result.Status, static _ => new StrongCount()).Value);
        if (!result.IsOk)
        {
            Interlocked.Increment(ref _failed);
            return;
        }

        Interlocked.Increment(ref _ok);
        Latency.Record(Stopwatch.GetElapsedTime(dueAt, endedAt));
        if (result.Events is { } events)
        {
            Streams.Add(dueAt, events);
        }
    }

    private sealed class StrongCount
    {
        public long Value;
    }
}
