using System.Diagnostics;

namespace Lava.Load.Running;

/// <summary>What happened when, in intervals of at least a second. From many threads.</summary>
internal sealed class Timeline
{
    // 30 KB each for their histograms: 18 MB for the longest run.
    private const int IntervalsMax = 600;
    private readonly TimelineInterval[] _intervals;

    public Timeline(TimeSpan during)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(during.TotalSeconds));
        Width = TimeSpan.FromSeconds((seconds + IntervalsMax - 1) / IntervalsMax);
        _intervals = new TimelineInterval[(int)Math.Ceiling(seconds / Width.TotalSeconds)];
        for (var i = 0; i < _intervals.Length; i++)
        {
            _intervals[i] = new TimelineInterval();
        }
    }

    public TimeSpan Width { get; }

    public IReadOnlyList<TimelineInterval> Intervals => _intervals;

    /// <summary>Timestamp at which the first interval begins; set before the first call.</summary>
    public long BeginsAt { get; set; }

    /// <summary>A call: its latency belongs to the interval in which it was due, its end to the one in which it ended.</summary>
    public void Add(long dueAt, long endedAt, bool isOk)
    {
        if (At(dueAt) is { } due)
        {
            due.CountDue();
            if (isOk)
            {
                due.Latency.Record(Stopwatch.GetElapsedTime(dueAt, endedAt));
            }
        }

        // What ends after the last phase has no interval: one that took all of it would show a peak that never was.
        At(endedAt)?.CountEnd(isOk);
    }

    private TimelineInterval? At(long timestamp)
    {
        var index = (timestamp - BeginsAt) / (Width.TotalSeconds * Stopwatch.Frequency);
        return index >= 0 && index < _intervals.Length ? _intervals[(int)index] : null;
    }
}
