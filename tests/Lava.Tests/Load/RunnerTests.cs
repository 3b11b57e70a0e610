using Lava.Load.Running;
using Phase = Lava.Load.Running.Simulation;

namespace Lava.Tests.Load;

public sealed class RunnerTests
{
    private const int Rate = 100;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Inject_ServerStallsForASecond_AllCallsDueInItShowTheirWait()
    {
        await using var server = await StallingServer.StartAsync(stallAt: 20, Stall);
        using var http = new HttpClient();
        var statistics = await RunAsync(_ => server.CallAsync(http), new Phase.Inject(Rate, TimeSpan.FromSeconds(3)));

        // Those due in the first half of the second waited at least half of it; one may lie on each border.
        Assert.Equal(3 * Rate, statistics.Ok);
        Assert.InRange(CountFrom(statistics, Stall / 2), Rate / 2 - 2, statistics.Ok);
        Assert.InRange(CountFrom(statistics, Stall * 0.9), Rate / 10 - 2, statistics.Ok);
        Assert.InRange(statistics.Latency.Max, Stall, TimeSpan.MaxValue);
    }

    [Fact]
    public async Task KeepConstant_ServerStallsForASecond_OnlyTheCallersWaitingShowIt()
    {
        await using var server = await StallingServer.StartAsync(stallAt: 1, Stall);
        using var http = new HttpClient();
        var statistics = await RunAsync(_ => server.CallAsync(http), new Phase.KeepConstant(1, TimeSpan.FromSeconds(2)));

        // What the closed loop hides; the reason why it shows no latency.
        Assert.InRange(statistics.Latency.Max, Stall, TimeSpan.MaxValue);
        Assert.InRange(CountFrom(statistics, Stall * 0.9), 1, 2);
        Assert.Equal(0, statistics.SendDelay.Count);
    }

    [Fact]
    public async Task Run_SeveralPhases_EachSendsItsCalls()
    {
        var statistics = await RunAsync(
            number => Task.FromResult(new StepResult(number % 2 == 0, "x")),
            new Phase.Inject(50, TimeSpan.FromSeconds(0.4)),
            new Phase.RampingInject(150, TimeSpan.FromSeconds(0.5)),
            new Phase.Pause(TimeSpan.FromSeconds(0.2)),
            new Phase.Inject(100, TimeSpan.FromSeconds(0.3)));

        // 20 + 50 + 0 + 30.
        Assert.Equal((50, 50), (statistics.Ok, statistics.Failed));
        Assert.Equal([("x", 100L)], statistics.Statuses);
        Assert.Equal(100, statistics.Timeline.Intervals.Sum(interval => interval.Due));
    }

    [Fact]
    public async Task Run_WarmUp_DoesNotCount()
    {
        var calls = 0;
        var scenario = Scenario(
            _ => Task.FromResult(new StepResult(Interlocked.Increment(ref calls) > 0, "x")),
            new Phase.Inject(100, TimeSpan.FromSeconds(0.3)));
        var statistics = await new Runner(scenario with { WarmUp = TimeSpan.FromSeconds(0.2) }, watch: null).RunAsync();

        Assert.Equal((50, 30), (calls, statistics.Ok));
    }

    [Fact]
    public async Task Run_StepThrows_IsAFailureOfThatName()
    {
        var statistics = await RunAsync(
            _ => throw new HttpRequestException("no connection"), new Phase.Inject(100, TimeSpan.FromSeconds(0.1)));
        Assert.Equal([(nameof(HttpRequestException), 10L)], statistics.Statuses);
        Assert.Equal(10, statistics.Failed);
    }

    private static Task<ScenarioStatistics> RunAsync(Step step, params Phase[] load) =>
        new Runner(Scenario(step, load), watch: null).RunAsync();

    private static Scenario Scenario(Step step, params Phase[] load) =>
        new() { Name = "test", Description = "a test", Run = step, Load = load, WarmUp = TimeSpan.Zero };

    // Calls that took at least so long.
    private static long CountFrom(ScenarioStatistics statistics, TimeSpan least)
    {
        var count = statistics.Latency.Count;
        return Enumerable.Range(1, (int)count).LongCount(rank => statistics.Latency.Percentile((double)rank / count) >= least);
    }
}
