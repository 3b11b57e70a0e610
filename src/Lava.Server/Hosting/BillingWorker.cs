using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>
/// Runs billing's rounds in the one process of a database that has the lock, until it is disposed: once before the node serves, so that
/// what fell due while it was away is done, and then each second.
/// </summary>
internal sealed class BillingWorker(BillingRound round, BillingLock single, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Between two rounds: a cycle is renewed a second late at most. A round in which nothing is due is one question.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Until a process without the lock asks for it again, and until PostgreSQL is asked again when it was away.</summary>
    public static readonly TimeSpan AwayInterval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Does what is due, and goes on doing so.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var has = await RunRoundAsync(cancellationToken);
        _running = RunAsync(has);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await single.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(bool has)
    {
        try
        {
            while (true)
            {
                await Task.Delay(has ? Interval : AwayInterval, time, _stop.Token);
                has = await RunRoundAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task<bool> RunRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await single.TryTakeAsync(cancellationToken))
            {
                return false;
            }
        }
        catch (StoreUnavailableException)
        {
            return false;
        }

        await round.RunAsync(cancellationToken);
        return true;
    }
}
