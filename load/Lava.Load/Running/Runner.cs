using System.Diagnostics;

namespace Lava.Load.Running;

/// <summary>Runs a scenario: the warm-up, then what counts, phase after phase.</summary>
/// <param name="scenario">What to run.</param>
/// <param name="watch">Looks at the gateway meanwhile; null where nobody does.</param>
internal sealed class Runner(Scenario scenario, NodeWatch? watch)
{
    // Calls that wait for an answer: beyond it the server has lost for good, and memory with it.
    private const int InFlightMax = 20_000;

    private readonly ScenarioStatistics _statistics = new(scenario.During);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _countFrom;
    private long _number;

    // One for the dispatcher itself: the count can't reach zero before the last phase has ended.
    private long _inFlight = 1;

    /// <summary>Ends when all calls have ended.</summary>
    public async Task<ScenarioStatistics> RunAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        _countFrom = begin + Ticks(scenario.WarmUp);
        _statistics.Timeline.BeginsAt = _countFrom;
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(ended.Token);
        new Thread(() => RunPhases(begin)) { IsBackground = true, Name = "phases" }.Start();
        await _drained.Task;
        _statistics.Elapsed = Stopwatch.GetElapsedTime(_countFrom);
        await ended.CancelAsync();
        await watching;
        return _statistics;
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        if (watch is not null)
        {
            await Task.Delay(scenario.WarmUp, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watch.RunAsync(_statistics.Node, _countFrom, stop);
        }
    }

    // The warm-up is the first phase at its own length. A phase begins when it is due, whatever still runs of the one before.
    private void RunPhases(long begin)
    {
        if (scenario.WarmUp > TimeSpan.Zero)
        {
            RunPhase(scenario.Load[0] with { During = scenario.WarmUp }, 0, begin);
        }

        var (begins, rate) = (_countFrom, 0d);
        foreach (var phase in scenario.Load)
        {
            RunPhase(phase, rate, begins);
            begins += Ticks(phase.During);
            rate = phase.RateAtEnd;
        }

        Leave();
    }

    private void RunPhase(Simulation phase, double rateBefore, long begins)
    {
        Pacer.SleepUntil(begins);
        var end = begins + Ticks(phase.During);
        if (phase is Simulation.KeepConstant constant)
        {
            for (var i = 0; i < constant.Copies; i++)
            {
                Interlocked.Increment(ref _inFlight);
                Queue(() => RepeatAsync(end));
            }
        }

        foreach (var time in SendTimes.Of(phase, rateBefore))
        {
            var due = begins + Ticks(time);
            Pacer.SleepUntil(due);
            Dispatch(due);
        }

        Pacer.SleepUntil(end);
    }

    private void Dispatch(long due)
    {
        if (Interlocked.Increment(ref _inFlight) <= InFlightMax)
        {
            Queue(() => CallAsync(due, isLoopOpen: true));
            return;
        }

        _statistics.Add(due, due, new StepResult(false, "not sent: too many under way"));
        Leave();
    }

    private void Queue(Func<Task> work) => ThreadPool.UnsafeQueueUserWorkItem(
        async void (_) =>
        {
            await work();
            Leave();
        },
        null);

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            _drained.SetResult();
        }
    }

    private async Task RepeatAsync(long end)
    {
        for (var now = Stopwatch.GetTimestamp(); now < end; now = Stopwatch.GetTimestamp())
        {
            await CallAsync(now, isLoopOpen: false);
        }
    }

    private async Task CallAsync(long due, bool isLoopOpen)
    {
        if (due >= _countFrom && isLoopOpen)
        {
            _statistics.SendDelay.Record(Stopwatch.GetElapsedTime(due));
        }

        StepResult result;
        try
        {
            result = await scenario.Run(Interlocked.Increment(ref _number) - 1);
        }
        catch (Exception e)
        {
            result = new StepResult(false, e.GetType().Name);
        }

        _statistics.Add(due, Stopwatch.GetTimestamp(), result);
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);
}
