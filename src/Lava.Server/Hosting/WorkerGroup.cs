namespace Lava.Server.Hosting;

/// <summary>
/// Workers that end together, within a limit. Each ends by being cancelled, and what it was in the middle of is taken up by the next start
/// or by another process; but a statement to a PostgreSQL that has fallen silent learns of that only after the driver's own waits, of which
/// one follows the other. A stop must not add them up: whoever stops a service kills it soon.
/// </summary>
internal sealed partial class WorkerGroup(TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Longer than an answering PostgreSQL and a payment provider take for what can't be cut off.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly List<IAsyncDisposable> _workers = [];

    /// <summary>Ends it with the others.</summary>
    public void Add(IAsyncDisposable worker) => _workers.Add(worker);

    /// <summary>Ends them all; those that do not end within <see cref="StopLimit"/> are left behind, and told of.</summary>
    public async ValueTask DisposeAsync()
    {
        var ending = _workers.ConvertAll(worker => worker.DisposeAsync().AsTask());
        var ended = Task.WhenAll(ending);
        try
        {
            await ended.WaitAsync(StopLimit, time);
        }
        catch (TimeoutException) when (!ended.IsCompleted)
        {
            LogLeft(logger, ending.Count(one => !one.IsCompleted), StopLimit.TotalSeconds);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} workers did not end within {Seconds} s and are left: the next start takes up what they were at")]
    private static partial void LogLeft(ILogger logger, int count, double seconds);
}
