using System.Diagnostics;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Lava.Load.Running;
using Lava.Load.Running.Plots;
using Phase = Lava.Load.Running.Simulation;

namespace Lava.Tests.Load;

public sealed class HtmlReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Write_AWholeRun_IsWellFormedAndAllPlotsHaveLinesInsideTheirFrame()
    {
        var page = Parse(Write(Statistics(seconds: 5), "lost <1> & found"));

        var plots = page.Descendants(Svg + "svg").ToArray();
        Assert.Equal(["Latency", "Throughput", "Distribution", "Processors", "Memory"],
            plots.Select(plot => plot.Attribute("aria-label")!.Value.Split(' ')[0]));
        foreach (var plot in plots)
        {
            var size = plot.Attribute("viewBox")!.Value.Split(' ').Select(double.Parse).ToArray();
            var lines = plot.Descendants(Svg + "polyline").ToArray();
            Assert.NotEmpty(lines);
            Assert.All(lines, line => Assert.All(Points(line), point =>
            {
                Assert.InRange(point.X, 1, size[2] - 1);
                Assert.InRange(point.Y, 1, size[3] - 1);
            }));
        }

        Assert.Contains(page.Descendants("td"), cell => cell.Value == "lost <1> & found");
        Assert.Contains(page.Descendants("td"), cell => cell.Value == "MISSED");
    }

    [Fact]
    public void Write_AnyRun_NeedsNoOtherFileAndNoScript()
    {
        var text = Write(Statistics(seconds: 2), null);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", text.Replace(Svg.NamespaceName, ""), StringComparison.Ordinal);
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NothingCounted_IsStillAPage() =>
        Assert.NotEmpty(Parse(Write(new ScenarioStatistics(TimeSpan.FromSeconds(1)), null)).Descendants(Svg + "svg"));

    [Fact]
    public void Distribution_LineOfTheLatency_NeverFalls()
    {
        var plot = RunPlots.Of(Statistics(seconds: 5)).Single(plot => plot.Title == "Distribution");
        var latency = plot.Series.Single(series => series.Name == "latency").Points;
        Assert.Equal(latency.OrderBy(point => point.X).ThenBy(point => point.Y), latency);
        Assert.Equal(latency.Select(point => point.Y).Order(), latency.Select(point => point.Y));
    }

    [Theory]
    [InlineData(7, 8, "0 2 4 6 8")]
    [InlineData(500, 500, "0 100 200 300 400 500")]
    [InlineData(0.9, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    public void Linear_AnyMaximum_EndsAtARoundTick(double max, double end, string ticks)
    {
        var axis = PlotAxis.Linear("x", max);
        Assert.Equal(end, axis.Max, 9);
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(tick => tick.Text)));
    }

    [Theory]
    [InlineData(1_010, 1_075, "1,000 2,000")]
    [InlineData(0.3, 90, "0.2 0.5 1 2 5 10 20 50 100")]
    [InlineData(0.01, 10_000, "0.01 0.1 1 10 100 1,000 10,000")]
    public void Logarithmic_AnyRange_EndsAtOneTwoOrFive(double min, double max, string ticks)
    {
        var axis = PlotAxis.Logarithmic("ms", min, max);
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(tick => tick.Text)));
        Assert.InRange(axis.Place(Math.Sqrt(min * max)), 0, 1);
        Assert.Equal((0, 1), (axis.Place(axis.Min), axis.Place(axis.Max)));
    }

    private static string Write(ScenarioStatistics statistics, string? wrong)
    {
        var scenario = new Scenario
        {
            Name = "test",
            Description = "less < more & \"quoted\"",
            Run = _ => throw new NotSupportedException(),
            Load = [new Phase.Inject(10, TimeSpan.FromSeconds(5))],
            Verify = () => Task.FromResult(wrong),
        };
        return HtmlReport.Write(new RunReport(scenario, statistics, wrong), statistics);
    }

    // Each second a few calls of which one is streamed, none in the third, and a look at the processes.
    private static ScenarioStatistics Statistics(int seconds)
    {
        var statistics = new ScenarioStatistics(TimeSpan.FromSeconds(seconds)) { Elapsed = TimeSpan.FromSeconds(seconds) };
        for (var second = 0; second < seconds; second++)
        {
            var at = TimeSpan.FromSeconds(second);
            statistics.Node.Add(new Dictionary<string, double>(), new NodeSample(at, (100 + second) << 20, at * 0.7, at * 0.1));
            for (var call = 1; call <= 5 && second != 2; call++)
            {
                var due = second * Stopwatch.Frequency;
                var end = due + call * Stopwatch.Frequency / 100;
                StreamEvent[] events = [new StreamEvent(end - 10, end - 20, true), new StreamEvent(end, end - 15, true)];
                statistics.Add(due, end, new StepResult(call < 5, call.ToString(CultureInfo.InvariantCulture), call == 1 ? events : null));
                statistics.SendDelay.Record(TimeSpan.Zero);
            }
        }

        return statistics;
    }

    private static XDocument Parse(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static IEnumerable<(double X, double Y)> Points(XElement line) => line.Attribute("points")!.Value
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split(','))
        .Select(pair => (double.Parse(pair[0], CultureInfo.InvariantCulture), double.Parse(pair[1], CultureInfo.InvariantCulture)));
}
