namespace Lava.Postgres;

/// <content>A server that ends by itself is started again; it recovers from its own write-ahead log.</content>
public sealed partial class PrivateCluster
{
    // Between two starts of a server that keeps ending: at first nobody waits, in the end it costs nothing to go on trying. A server that
    // ran for longer than the longest pause is not one that keeps ending.
    private static readonly TimeSpan MinRestartPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxRestartPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task _supervision = Task.CompletedTask;
    private int _restarts;

    /// <summary>How often the server ended by itself and was started again.</summary>
    public int Restarts => Volatile.Read(ref _restarts);

    private async Task SuperviseAsync(PostgresBinaries binaries)
    {
        var pause = MinRestartPause;
        while (true)
        {
            var started = _time.GetTimestamp();
            Task exited = _server!.Exited;
            await exited.WaitAsync(_stopping.Token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (_time.GetElapsedTime(started) > MaxRestartPause)
            {
                pause = MinRestartPause;
            }

            if (!await TryRestartAsync(binaries, pause))
            {
                return;
            }

            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, MaxRestartPause.Ticks));
        }
    }

    // False: lava is stopping.
    private async Task<bool> TryRestartAsync(PostgresBinaries binaries, TimeSpan pause)
    {
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            _options.Report($"The private PostgreSQL ended by itself (exit code {await _server!.Exited}) and is started again.");
            await Task.Delay(pause, _time, _stopping.Token);
            await RunAsync(binaries, _stopping.Token);
            Interlocked.Increment(ref _restarts);
            _options.Report("The private PostgreSQL runs again.");
            return true;
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception failure)
        {
            // Whatever it is (no memory for a process, a full disk): calls go on meanwhile, and it may pass.
            _options.Report(failure.Message);
            return true;
        }
    }

    private async Task StopSupervisingAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        _stopping.Dispose();
    }
}
