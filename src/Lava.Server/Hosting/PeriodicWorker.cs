namespace Lava.Server.Hosting;

/// <summary>
/// Runs a round at each interval, one at a time, until it is disposed. A round that fails is told of, and the next one runs.
/// </summary>
internal sealed partial class PeriodicWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Begins; the first round comes after one interval.</summary>
    /// <param name="round">What is to be done; cancelled when this is disposed.</param>
    /// <param name="interval">From one round to the next. Those that a long round has missed are left out.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures go.</param>
    /// <param name="name">What the log calls the rounds.</param>
    public PeriodicWorker(Func<CancellationToken, Task> round, TimeSpan interval, TimeProvider time, ILogger logger, string name) =>
        _running = RunAsync(round, new PeriodicTimer(interval, time), logger, name);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> round, PeriodicTimer timer, ILogger logger, string name)
    {
        using var disposed = timer;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await TryAsync(round, logger, name);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> round, ILogger logger, string name)
    {
        try
        {
            await round(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            LogFailure(logger, failure, name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: a round failed; the next one runs in its time.")]
    private static partial void LogFailure(ILogger logger, Exception failure, string name);
}
