using Lava.Core.Accounts;

namespace Lava.Gateway.Limits;

/// <summary>The rate limits of spend keys.</summary>
internal sealed class SpendKeyRates(TimeProvider time)
{
    private readonly RateBuckets<Guid> _buckets = new();

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

        var burst = key.RateBurst == 0 ? key.RatePerMinute : key.RateBurst;
        var taken = _buckets.Get(key.Id).TryTake(time.GetTimestamp(), time.TimestampFrequency, key.RatePerMinute, burst, out var wait);
        seconds = (wait + time.TimestampFrequency - 1) / time.TimestampFrequency;
        return taken;
    }
}
