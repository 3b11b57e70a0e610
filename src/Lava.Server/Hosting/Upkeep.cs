namespace Lava.Server.Hosting;

/// <summary>Runs a round of upkeep now and then, until it is disposed.</summary>
internal sealed class Upkeep : IAsyncDisposable
{
    /// <summary>Prices change by the day, credit expires rarely, a lost commit is rarer: a minute late is soon enough for all.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public Upkeep(UpkeepRound round, TimeProvider time) => _running = RunAsync(round, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(UpkeepRound round, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await round.RunAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
