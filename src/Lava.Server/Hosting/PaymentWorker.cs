namespace Lava.Server.Hosting;

/// <summary>Runs a round of payments each second, until it is disposed.</summary>
internal sealed class PaymentWorker : IAsyncDisposable
{
    /// <summary>A customer whose credit has run out waits for so long at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public PaymentWorker(PaymentRound round, TimeProvider time) => _running = RunAsync(round, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(PaymentRound round, TimeProvider time)
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
