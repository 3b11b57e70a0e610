namespace Lava.Gateway.Limits;

/// <summary>
/// A token bucket in one number: the time at which it would be full again (the generic cell rate algorithm). Taken from by any number of
/// threads, without a lock.
/// </summary>
public sealed class RateBucket
{
    private const int SecondsPerMinute = 60;
    private long _fullAt = long.MinValue;

    /// <summary>Takes one, if there is one.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="frequency">Timestamp ticks in a second.</param>
    /// <param name="perMinute">How many come back in a minute; 1 to 1,000,000.</param>
    /// <param name="burst">How many it holds; 1 to 1,000,000.</param>
    /// <param name="wait">Where there is none: timestamp ticks until there is one.</param>
    public bool TryTake(long now, long frequency, int perMinute, int burst, out long wait) =>
        TryTake(now, frequency, perMinute, burst, out wait, out _);

    /// <inheritdoc cref="TryTake(long, long, int, int, out long)"/>
    /// <param name="now">A timestamp.</param>
    /// <param name="frequency">Timestamp ticks in a second.</param>
    /// <param name="perMinute">How many come back in a minute; 1 to 1,000,000.</param>
    /// <param name="burst">How many it holds; 1 to 1,000,000.</param>
    /// <param name="wait">Where there is none: timestamp ticks until there is one.</param>
    /// <param name="fullAt">The timestamp at which it is full again where nobody takes from it.</param>
    public bool TryTake(long now, long frequency, int perMinute, int burst, out long wait, out long fullAt)
    {
        var interval = Math.Max(frequency * SecondsPerMinute / perMinute, 1);
        var empty = now + (interval * burst);

        // Whoever loses the race has seen another take one: at most as many rounds as there are callers at once.
        while (true)
        {
            var before = Volatile.Read(ref _fullAt);

            // Emptier than empty: it was larger or slower when it was taken from.
            var next = Math.Clamp(before, now, empty) + interval;
            wait = next - empty;
            if (wait > 0)
            {
                if (before <= empty || Interlocked.CompareExchange(ref _fullAt, empty, before) == before)
                {
                    fullAt = Math.Min(before, empty);
                    return false;
                }
            }
            else if (Interlocked.CompareExchange(ref _fullAt, next, before) == before)
            {
                (wait, fullAt) = (0, next);
                return true;
            }
        }
    }
}
