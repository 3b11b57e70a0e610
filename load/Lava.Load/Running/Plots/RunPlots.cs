namespace Lava.Load.Running.Plots;

/// <summary>The plots of a run.</summary>
internal static class RunPlots
{
    // Points of a percentile curve for each factor of ten on its axis.
    private const int PointsPerNine = 25;

    public static IEnumerable<LinePlot> Of(ScenarioStatistics statistics)
    {
        yield return LatencyOverTime(statistics.Timeline);
        yield return ThroughputOverTime(statistics.Timeline);
        yield return Distribution(statistics);
        var node = ByInterval(statistics.Node.Samples, statistics.Timeline.Width);
        if (node.Count > 1)
        {
            yield return Processors(node);
            yield return Memory(node);
        }
    }

    private static LinePlot LatencyOverTime(Timeline timeline)
    {
        var used = timeline.Intervals.Index().Where(pair => pair.Item.Latency.Count > 0).ToArray();
        PlotSeries[] series =
        [
            Over("p50", interval => interval.Latency.Percentile(0.5).TotalMilliseconds),
            Over("p99", interval => interval.Latency.Percentile(0.99).TotalMilliseconds),
            Over("max", interval => interval.Latency.Max.TotalMilliseconds),
        ];
        return new LinePlot("Latency over time, by when the call was due", Time(timeline), Milliseconds(series), series);

        PlotSeries Over(string name, Func<TimelineInterval, double> value) =>
            new(name, [.. used.Select(pair => (Middle(timeline, pair.Index), value(pair.Item)))]);
    }

    private static LinePlot ThroughputOverTime(Timeline timeline)
    {
        PlotSeries[] series =
        [
            Over("due", interval => interval.Due),
            Over("ended well", interval => interval.Ok),
            Over("failed", interval => interval.Failed),
        ];
        var most = series.Max(line => line.Points.Max(point => point.Y));
        return new LinePlot("Throughput", Time(timeline), PlotAxis.Linear("calls per second", most), series);

        PlotSeries Over(string name, Func<TimelineInterval, long> count) => new(name, [.. timeline.Intervals.Index().Select(pair =>
            (Middle(timeline, pair.Index), count(pair.Item) / timeline.Width.TotalSeconds))]);
    }

    private static LinePlot Distribution(ScenarioStatistics statistics)
    {
        var used = DurationFigure.All.Where(figure => figure.Of(statistics).Count > 0).ToArray();
        PlotSeries[] series = [.. used.Select(figure => new PlotSeries(figure.Title, Curve(figure.Of(statistics))))];
        var most = used.Select(figure => figure.Of(statistics).Count).DefaultIfEmpty(1).Max();
        return new LinePlot("Distribution", PlotAxis.Percentiles("percentile", most), Milliseconds(series), series) { HasDots = false };
    }

    private static (double, double)[] Curve(Histogram histogram)
    {
        var end = Math.Log10(histogram.Count);
        var points = (int)Math.Ceiling(end * PointsPerNine) + 1;
        return [.. Enumerable.Range(0, points).Select(i => Math.Min(end, (double)i / PointsPerNine)).Select(nines =>
            (nines, histogram.Percentile(1 - Math.Pow(10, -nines)).TotalMilliseconds))];
    }

    private static LinePlot Processors(IReadOnlyList<NodeSample> node)
    {
        PlotSeries[] series = [Busy("gateway", sample => sample.Processor), Busy("runner", sample => sample.RunnerProcessor)];
        var most = series.Max(line => line.Points.Max(point => point.Y));
        return new LinePlot("Processors", Time(node), PlotAxis.Linear("busy cores", most), series);

        PlotSeries Busy(string name, Func<NodeSample, TimeSpan> processor) => new(name, [.. node.Zip(node.Skip(1)).Select(pair =>
            ((pair.First.At + pair.Second.At).TotalSeconds / 2,
                (processor(pair.Second) - processor(pair.First)) / (pair.Second.At - pair.First.At)))]);
    }

    private static LinePlot Memory(IReadOnlyList<NodeSample> node)
    {
        var points = node.Select(sample => (sample.At.TotalSeconds, sample.Memory / (double)(1 << 20)));
        PlotSeries memory = new("gateway, resident", [.. points]);
        return new LinePlot("Memory", Time(node), PlotAxis.Linear("MiB", memory.Points.Max(point => point.Y)), [memory]);
    }

    // The last look of each interval: processor time is counted in hundredths of a second, too coarse for less.
    private static List<NodeSample> ByInterval(IEnumerable<NodeSample> samples, TimeSpan width) =>
        [.. samples.GroupBy(sample => Math.Floor(sample.At / width)).Select(group => group.Last())];

    private static double Middle(Timeline timeline, int index) => (index + 0.5) * timeline.Width.TotalSeconds;

    private static PlotAxis Time(Timeline timeline) => Time(timeline.Intervals.Count * timeline.Width.TotalSeconds);

    private static PlotAxis Time(IReadOnlyList<NodeSample> node) => Time(node[^1].At.TotalSeconds);

    private static PlotAxis Time(double seconds) => PlotAxis.Linear("seconds", seconds, isExact: true);

    // Zeros (events of one write, calls sent in time) can't be shown on a logarithmic axis: they lie on its lower end.
    private static PlotAxis Milliseconds(IEnumerable<PlotSeries> series)
    {
        var values = series.SelectMany(line => line.Points).Select(point => point.Y).Where(value => value > 0).DefaultIfEmpty(1).ToArray();
        return PlotAxis.Logarithmic("ms", Math.Max(0.01, values.Min()), values.Max());
    }
}
