using Lava.Load.Running;
using Phase = Lava.Load.Running.Simulation;

namespace Lava.Tests.Load;

public sealed class SendTimesTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public void Inject_Rate_IsEven()
    {
        var times = SendTimes.Of(new Phase.Inject(500, TenSeconds), rateBefore: 7).ToArray();
        Assert.Equal(5_000, times.Length);
        Assert.All(times.Index(), pair => Assert.Equal(2 * pair.Index, pair.Item.TotalMilliseconds, precision: 3));
    }

    [Theory]
    [InlineData(0, 100, 500)]
    [InlineData(100, 0, 500)]
    [InlineData(50, 100, 750)]
    [InlineData(100, 100, 1_000)]
    public void RampingInject_AnyTwoRates_EachSecondHasItsShare(double from, double to, int count)
    {
        var times = SendTimes.Of(new Phase.RampingInject(to, TenSeconds), from).ToArray();

        Assert.Equal(count, times.Length);
        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(time, TimeSpan.Zero, TenSeconds));
        for (var second = 1; second <= 10; second++)
        {
            // The area below the rate's line until then.
            var due = (from + (from + (to - from) * second / 10)) / 2 * second;
            Assert.InRange(times.Count(time => time.TotalSeconds < second), due - 1, due + 1);
        }
    }

    [Fact]
    public void Of_ClosedLoopAndPause_None()
    {
        Assert.Empty(SendTimes.Of(new Phase.KeepConstant(4, TenSeconds), 10));
        Assert.Empty(SendTimes.Of(new Phase.Pause(TenSeconds), 10));
    }

    [Fact]
    public void Parse_EveryKind_IsThatPhase()
    {
        Assert.Equal(new Phase.Inject(500, TimeSpan.FromSeconds(20)), SimulationParser.Parse("inject 500 20s"));
        Assert.Equal(new Phase.RampingInject(0.5, TimeSpan.FromMinutes(2)), SimulationParser.Parse("ramp 0.5 2m"));
        Assert.Equal(new Phase.KeepConstant(32, TimeSpan.FromMilliseconds(500)), SimulationParser.Parse("keep 32 500ms"));
        Assert.Equal(new Phase.Pause(TimeSpan.FromSeconds(1.5)), SimulationParser.Parse("pause 1.5s"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("inject")]
    [InlineData("inject 500")]
    [InlineData("inject 500 20")]
    [InlineData("inject -1 20s")]
    [InlineData("pause 3 2s")]
    [InlineData("sprint 5 2s")]
    [InlineData("inject 500 0s")]
    public void Parse_Nonsense_IsNone(string text) => Assert.Null(SimulationParser.Parse(text));
}
