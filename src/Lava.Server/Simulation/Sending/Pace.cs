namespace Lava.Server.Simulation.Sending;

/// <summary>Waits that end early when the caller goes away or the simulator stops.</summary>
internal sealed class Pace(TimeProvider time, CancellationToken stopping)
{
    public CancellationToken Stopping => stopping;

    public long Now() => time.GetTimestamp();

    /// <summary>How long until <paramref name="words"/> words are due at so many per second; not positive when they are.</summary>
    public TimeSpan Until(long start, long words, long perSecond)
    {
        return TimeSpan.FromTicks(words * TimeSpan.TicksPerSecond / perSecond) - time.GetElapsedTime(start);
    }

    /// <returns>False when the wait ended early.</returns>
    public async ValueTask<bool> WaitAsync(HttpContext context, TimeSpan delay)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await Task.Delay(delay, time, end.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits until the caller goes away or the simulator stops, then drops the connection.</summary>
    public async ValueTask StallAsync(HttpContext context)
    {
        await WaitAsync(context, Timeout.InfiniteTimeSpan);
        context.Abort();
    }
}
