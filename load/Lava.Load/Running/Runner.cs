using System.Diagnostics;

namespace Lava.Load.Running;

/// <summary>Runs a scenario: the warm-up, then what counts.</summary>
internal sealed class Runner(Scenario scenario, NodeWatch watch)
{
    // Calls that wait for an answer: beyond it the server has lost for good, and memory with it.
    private const int InFlightMax = 20_000;

    private readonly ScenarioStatistics _statistics = new();
    private long _number;
    private long _inFlight;
    private long _finished;

    /// <summary>Ends when all calls have ended.</summary>
    public async Task<ScenarioStatistics> RunAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        var countFrom = begin + Ticks(scenario.WarmUp);
        var end = countFrom + Ticks(scenario.Load.During);
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(ended.Token);
        switch (scenario.Load)
        {
            case Simulation.Inject inject:
                await InjectAsync(inject.Rate, begin, countFrom, end);
                break;
            case Simulation.KeepConstant constant:
                await Task.WhenAll(Enumerable.Range(0, constant.Copies).Select(_ => Task.Run(() => RepeatAsync(countFrom, end))));
                break;
        }

        _statistics.Elapsed = Stopwatch.GetElapsedTime(countFrom);
        await ended.CancelAsync();
        await watching;
        return _statistics;
    }

    /// <summary>Calls of all kinds, the warm-up's too, that ended as expected.</summary>
    public long Finished => Volatile.Read(ref _finished);

    private async Task WatchAsync(CancellationToken stop)
    {
        await Task.Delay(scenario.WarmUp, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await watch.RunAsync(_statistics.Node, stop);
    }

    private async Task InjectAsync(double rate, long begin, long countFrom, long end)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // One for the dispatcher itself: the count can't reach zero before the last call has begun.
        _inFlight = 1;
        var dispatcher = new Thread(() =>
        {
            for (long i = 0; ; i++)
            {
                var due = begin + (long)(i * Stopwatch.Frequency / rate);
                if (due >= end)
                {
                    break;
                }

                Pacer.SleepUntil(due);
                Dispatch(due, due >= countFrom, drained);
            }

            Leave(drained);
        })
        { IsBackground = true, Name = "inject" };
        dispatcher.Start();
        await drained.Task;
    }

    private void Dispatch(long due, bool counts, TaskCompletionSource drained)
    {
        if (counts)
        {
            _statistics.SendDelay.Record(Stopwatch.GetElapsedTime(due));
        }

        if (Interlocked.Increment(ref _inFlight) > InFlightMax)
        {
            if (counts)
            {
                _statistics.Add(due, due, new StepResult(false, "not sent: too many under way"));
            }

            Leave(drained);
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            async void (_) =>
            {
                await CallAsync(due, counts);
                Leave(drained);
            },
            null);
    }

    private void Leave(TaskCompletionSource drained)
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            drained.SetResult();
        }
    }

    private async Task RepeatAsync(long countFrom, long end)
    {
        for (var now = Stopwatch.GetTimestamp(); now < end; now = Stopwatch.GetTimestamp())
        {
            await CallAsync(now, now >= countFrom);
        }
    }

    private async Task CallAsync(long due, bool counts)
    {
        StepResult result;
        try
        {
            result = await scenario.Run(Interlocked.Increment(ref _number) - 1);
        }
        catch (Exception e)
        {
            result = new StepResult(false, e.GetType().Name);
        }

        if (result.IsOk)
        {
            Interlocked.Increment(ref _finished);
        }

        if (counts)
        {
            _statistics.Add(due, Stopwatch.GetTimestamp(), result);
        }
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);
}
