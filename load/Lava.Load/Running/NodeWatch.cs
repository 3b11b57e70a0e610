using System.Diagnostics;
using System.Globalization;

namespace Lava.Load.Running;

/// <summary>
/// Looks at the gateway while it is under load: its own metrics, and memory and processor time of its process where that is on this
/// machine.
/// </summary>
internal sealed class NodeWatch(string url, int? processId) : IDisposable
{
    /// <summary>Ten looks a second: a lag of 250 ms can't hide between two, and a look costs the gateway less than a call.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new();

    /// <summary>Looks until it is told to stop; what was seen goes to <paramref name="node"/>.</summary>
    public async Task RunAsync(NodeStatistics node, long countFrom, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                node.Add(Parse(await _http.GetStringAsync(url + "/metrics", stop)), Look(countFrom));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The load has ended.
        }
    }

    /// <summary>The metrics now; of Prometheus' text only what has no labels.</summary>
    public async Task<IReadOnlyDictionary<string, double>> ReadAsync() => Parse(await _http.GetStringAsync(url + "/metrics"));

    public void Dispose() => _http.Dispose();

    private static Dictionary<string, double> Parse(string text)
    {
        var metrics = new Dictionary<string, double>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var space = line.IndexOf(' ');
            if (space > 0 && line[0] != '#' && double.TryParse(line[(space + 1)..], CultureInfo.InvariantCulture, out var value))
            {
                metrics[line[..space].ToString()] = value;
            }
        }

        return metrics;
    }

    private NodeSample? Look(long countFrom)
    {
        if (processId is not { } id)
        {
            return null;
        }

        using var process = Process.GetProcessById(id);
        return new NodeSample(
            Stopwatch.GetElapsedTime(countFrom), process.WorkingSet64, process.TotalProcessorTime, Environment.CpuUsage.TotalTime);
    }
}
