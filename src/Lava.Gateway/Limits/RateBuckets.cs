using System.Collections.Concurrent;
using Lava.Core.Accounts;

namespace Lava.Gateway.Limits;

/// <summary>The buckets of spend keys that have a rate limit. They are full after a start, and each node has its own.</summary>
internal sealed class RateBuckets(TimeProvider time)
{
    /// <summary>Buckets kept, about 100 bytes each. When there are more, all begin anew: keys that were revoked are never missed.</summary>
    public const int Kept = 100_000;

    private readonly ConcurrentDictionary<Guid, RateBucket> _buckets = new();

    /// <summary>May the key call now?</summary>
    /// <param name="key">The key.</param>
    /// <param name="seconds">Where it may not: whole seconds until it may, 1 at least.</param>
    public bool TryTake(SpendKey key, out long seconds)
    {
        seconds = 0;
        if (key.RatePerMinute == 0)
        {
            return true;
        }

        if (!_buckets.TryGetValue(key.Id, out var bucket))
        {
            bucket = Add(key.Id);
        }

        var burst = key.RateBurst == 0 ? key.RatePerMinute : key.RateBurst;
        var taken = bucket.TryTake(time.GetTimestamp(), time.TimestampFrequency, key.RatePerMinute, burst, out var wait);
        seconds = (wait + time.TimestampFrequency - 1) / time.TimestampFrequency;
        return taken;
    }

    private RateBucket Add(Guid id)
    {
        if (_buckets.Count >= Kept)
        {
            _buckets.Clear();
        }

        return _buckets.GetOrAdd(id, static _ => new RateBucket());
    }
}
