using Lava.Gateway.Limits;

namespace Lava.Server.Api;

/// <summary>
/// How many calls a key, an address or an account may make: as many at once as in a minute, and each comes back after its share of the
/// minute.
/// </summary>
/// <param name="perMinute">Calls a minute, up to 1,000,000; 0: no bound.</param>
/// <param name="time">The clock.</param>
internal sealed class CallRates<TKey>(int perMinute, TimeProvider time)
    where TKey : notnull
{
    private readonly RateBuckets<TKey> _buckets = new();
    private readonly long _interval = perMinute == 0 ? 0 : TimeSpan.TicksPerMinute / perMinute;

    /// <summary>Takes one call, where there is one.</summary>
    public CallRate Take(TKey key)
    {
        if (perMinute == 0)
        {
            return CallRate.Unbounded;
        }

        // By the clock of the wall, for callers are told when all of their calls are back.
        var now = time.GetUtcNow().Ticks;
        var isAllowed = _buckets.Get(key).TryTake(now, TimeSpan.TicksPerSecond, perMinute, perMinute, out var wait, out var fullAt);
        var used = (fullAt - now + _interval - 1) / _interval;
        return new CallRate(isAllowed, perMinute, isAllowed ? (int)(perMinute - used) : 0, fullAt, wait);
    }
}
