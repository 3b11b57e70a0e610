using System.Collections.Concurrent;

namespace Lava.Server.Api;

/// <summary>
/// How many calls a key or an address may make: as many at once as in a minute, and each comes back after its share of the minute. Every
/// bucket is one number, the time at which it is full again (the generic cell rate algorithm): no lock, no timer.
/// </summary>
/// <param name="perMinute">Calls a minute; 0: no bound.</param>
/// <param name="time">The clock.</param>
internal sealed class CallRates<TKey>(int perMinute, TimeProvider time)
    where TKey : notnull
{
    // Full buckets are dropped at this many: as good as new ones. If all are in use, none is: the rate of a flood that wide is nobody's.
    private const int BucketsMax = 100_000;

    private readonly ConcurrentDictionary<TKey, Bucket> _buckets = new();
    private readonly long _interval = perMinute == 0 ? 0 : TimeSpan.TicksPerMinute / perMinute;

    /// <summary>Takes one call, where there is one.</summary>
    public CallRate Take(TKey key)
    {
        var now = time.GetUtcNow().Ticks;
        if (perMinute == 0)
        {
            return CallRate.Unbounded;
        }

        if (_buckets.Count >= BucketsMax)
        {
            DropFull(now);
        }

        var bucket = _buckets.GetOrAdd(key, static _ => new Bucket());
        while (true)
        {
            var full = Volatile.Read(ref bucket.FullAt);
            var after = Math.Max(full, now) + _interval;
            if (after - now > _interval * perMinute)
            {
                return new CallRate(false, perMinute, 0, full, after - now - (_interval * perMinute));
            }

            if (Interlocked.CompareExchange(ref bucket.FullAt, after, full) == full)
            {
                return new CallRate(true, perMinute, (int)(perMinute - ((after - now + _interval - 1) / _interval)), after, 0);
            }
        }
    }

    private void DropFull(long now)
    {
        foreach (var (key, bucket) in _buckets)
        {
            if (Volatile.Read(ref bucket.FullAt) <= now)
            {
                _buckets.TryRemove(key, out _);
            }
        }
    }

    private sealed class Bucket
    {
        public long FullAt;
    }
}
