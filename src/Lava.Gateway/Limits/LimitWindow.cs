using Lava.Core.Accounts;

namespace Lava.Gateway.Limits;

/// <summary>
/// What is taken in one day, week, month, cycle, or ever: used by calls that have ended, and held by those that run. A call keeps the
/// window that it began in; the next time has another.
/// </summary>
/// <param name="start">Its first day.</param>
/// <param name="openedMicros">When the first call came that counts in it, microseconds since 1970 UTC; 0: before this process.</param>
internal sealed class LimitWindow(DateOnly start, long openedMicros = 0)
{
    private long _tokens;
    private long _requests;
    private long _spend;

    /// <summary>With what was used before.</summary>
    public LimitWindow(in UsageWindow used)
        : this(used.Start)
    {
        (_requests, _tokens, _spend) = (used.Requests, used.Tokens, used.Spend);
    }

    /// <summary>Its first day.</summary>
    public DateOnly Start { get; } = start;

    /// <summary>When the first call came that counts in it, microseconds since 1970 UTC; 0: before this process.</summary>
    public long OpenedMicros { get; } = openedMicros;

    /// <summary>How much is taken.</summary>
    public long Taken(LimitUnit unit) => Volatile.Read(ref Field(unit));

    /// <summary>
    /// Takes an amount if the limit is not passed by it: of many at once only as many as fit. Nothing asked for fits below the limit.
    /// </summary>
    public bool TryTake(LimitUnit unit, long amount, long limit)
    {
        ref var field = ref Field(unit);
        var taken = Volatile.Read(ref field);
        while (amount <= limit - taken && taken < limit)
        {
            var seen = Interlocked.CompareExchange(ref field, taken + amount, taken);
            if (seen == taken)
            {
                return true;
            }

            taken = seen;
        }

        return false;
    }

    /// <summary>Takes without asking, or gives back.</summary>
    public void Add(LimitUnit unit, long difference)
    {
        if (difference != 0)
        {
            Interlocked.Add(ref Field(unit), difference);
        }
    }

    private ref long Field(LimitUnit unit)
    {
        if (unit == LimitUnit.Tokens)
        {
            return ref _tokens;
        }

        if (unit == LimitUnit.Requests)
        {
            return ref _requests;
        }

        return ref _spend;
    }
}
