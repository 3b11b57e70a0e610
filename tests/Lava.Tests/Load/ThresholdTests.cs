using System.Diagnostics;
using Lava.Load.Running;

namespace Lava.Tests.Load;

public sealed class ThresholdTests
{
    // A hundred calls of 1 to 100 ms, of which the last failed.
    private static ScenarioStatistics Statistics(TimeSpan delay = default)
    {
        var statistics = new ScenarioStatistics(TimeSpan.FromSeconds(10)) { Elapsed = TimeSpan.FromSeconds(10) };
        for (var milliseconds = 1; milliseconds <= 100; milliseconds++)
        {
            statistics.Add(0, milliseconds * Stopwatch.Frequency / 1_000, new StepResult(milliseconds < 100, "x"));
            statistics.SendDelay.Record(delay);
        }

        return statistics;
    }

    [Theory]
    [InlineData("p50 < 60ms", true)]
    [InlineData("p50 < 40ms", false)]
    [InlineData("latency p50 > 40ms", true)]
    [InlineData("latency  p99.9 <= 99.0ms", true)]
    [InlineData("max<0.099s", false)]
    [InlineData("latency max ≤ 99000us", true)]
    [InlineData("rate > 9", true)]
    [InlineData("rate >= 10/s", false)]
    [InlineData("failed < 1%", false)]
    [InlineData("failed ≤ 1%", true)]
    [InlineData("gap p99 < 1s", false)]
    public void Judge_Asked_ComparesWhatWasMeasured(string text, bool holds)
    {
        var outcome = ThresholdParser.Parse(text)!.Judge(Statistics());
        Assert.Equal(holds ? Verdict.Holds : Verdict.Missed, outcome.Verdict);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p99")]
    [InlineData("p99 < ")]
    [InlineData("p99 < 20")]
    [InlineData("p99 = 20ms")]
    [InlineData("p0 < 20ms")]
    [InlineData("p101 < 20ms")]
    [InlineData("colour p99 < 20ms")]
    [InlineData("rate < 20ms")]
    [InlineData("latency < 20ms")]
    public void Parse_Nonsense_IsNone(string text) => Assert.Null(ThresholdParser.Parse(text));

    [Fact]
    public void Judge_Usual_MissedOnAQuietMachineAndSpoiledOnABusyOne()
    {
        var usual = Threshold.Usual(DurationFigure.Latency, 0.99, TimeSpan.FromMilliseconds(50));
        Assert.Equal(Verdict.Missed, usual.Judge(Statistics(TimeSpan.FromMilliseconds(1))).Verdict);
        Assert.Equal(Verdict.Spoiled, usual.Judge(Statistics(TimeSpan.FromMilliseconds(20))).Verdict);
        Assert.Equal(Verdict.Missed, ThresholdParser.Parse("p99 < 50ms")!.Judge(Statistics(TimeSpan.FromMilliseconds(20))).Verdict);
    }

    [Fact]
    public void Judge_NothingFails_MissedByOneFailure()
    {
        Assert.Equal(Verdict.Missed, Threshold.NothingFails.Judge(Statistics()).Verdict);
        Assert.Equal(Verdict.Missed, Threshold.NothingFails.Judge(new ScenarioStatistics(TimeSpan.FromSeconds(1))).Verdict);
    }
}
