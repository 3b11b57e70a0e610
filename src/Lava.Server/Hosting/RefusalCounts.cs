using System.Collections.Concurrent;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>
/// Counts refused calls by merchant, quarter of an hour, code and customer, and writes them now and then. For people who look, not for the
/// books: what is not written dies with the process.
/// </summary>
/// <param name="add">Adds to what is stored.</param>
/// <param name="clean">Removes what is old; asked for once an hour.</param>
/// <param name="time">The clock.</param>
internal sealed class RefusalCounts(
    Func<IReadOnlyCollection<RefusalCount>, CancellationToken, Task> add, Func<DateTimeOffset, CancellationToken, Task> clean,
    TimeProvider time) : IAsyncDisposable
{
    /// <summary>From one writing to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Counts at once: of more, the customers are no longer told apart.</summary>
    public const int CountsMax = 10_000;

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CleanInterval = TimeSpan.FromHours(1);
    private static readonly long QuarterTicks = TimeSpan.FromMinutes(15).Ticks;

    private readonly ConcurrentDictionary<Key, long> _counts = new();
    private int _count;
    private long _rounds;
    private DateTimeOffset _cleanedAt;
    private PeriodicWorker? _worker;

    /// <summary>Over a store.</summary>
    public static RefusalCounts Of(RefusalStore store, TimeProvider time) => new(store.AddAsync, store.RemoveOldAsync, time);

    /// <summary>How often something was written.</summary>
    public long Rounds => Volatile.Read(ref _rounds);

    /// <summary>Counts a call. Never waits for the database.</summary>
    public void Add(Guid merchantId, Guid? customerId, ErrorCode code) =>
        Add(new Key(merchantId, time.GetUtcNow().UtcTicks / QuarterTicks, code.Code, customerId), 1);

    /// <summary>Writes what was counted. What PostgreSQL can't take now is kept for the next time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAllAsync(cancellationToken);
            await CleanAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The watch over PostgreSQL tells of it.
        }
    }

    /// <summary>Writes at each interval, and once more at its end.</summary>
    public IAsyncDisposable Start(ILogger logger)
    {
        _worker = new PeriodicWorker(WriteAsync, Interval, time, logger, "Refused calls");
        return this;
    }

    /// <summary>Writes what is left, if that can be had soon.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        using var limit = new CancellationTokenSource(LastWait, time);
        try
        {
            await WriteAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Statistics: the end does not wait for them.
        }
    }

    private void Add(in Key key, long calls)
    {
        if (!_counts.ContainsKey(key) && Interlocked.Increment(ref _count) > CountsMax)
        {
            // Kept by merchant and code alone: those are few.
            Interlocked.Decrement(ref _count);
            _counts.AddOrUpdate(key with { CustomerId = null }, static (_, more) => more, static (_, sum, more) => sum + more, calls);
            return;
        }

        _counts.AddOrUpdate(key, static (_, more) => more, static (_, sum, more) => sum + more, calls);
    }

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        var taken = Take();
        if (taken.Count == 0)
        {
            return;
        }

        try
        {
            await add(
                [.. taken.Select(one => new RefusalCount(
                    one.Key.MerchantId, new DateTimeOffset(one.Key.Quarter * QuarterTicks, TimeSpan.Zero), one.Key.Code,
                    one.Key.CustomerId, one.Value))],
                cancellationToken);
            Interlocked.Increment(ref _rounds);
        }
        catch
        {
            foreach (var (key, calls) in taken)
            {
                Add(key, calls);
            }

            throw;
        }
    }

    private Dictionary<Key, long> Take()
    {
        var taken = new Dictionary<Key, long>();
        foreach (var (key, _) in _counts)
        {
            if (_counts.TryRemove(key, out var calls))
            {
                taken[key] = taken.GetValueOrDefault(key) + calls;
            }
        }

        // Two calls that come with the same new key count it twice: begin again from what is there.
        Interlocked.Exchange(ref _count, _counts.Count);
        return taken;
    }

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _cleanedAt >= CleanInterval)
        {
            await clean(now, cancellationToken);
            _cleanedAt = now;
        }
    }

    private readonly record struct Key(Guid MerchantId, long Quarter, string Code, Guid? CustomerId);
}
