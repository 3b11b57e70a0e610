using Lava.Core.Accounts;
using Lava.Metering;

namespace Lava.Gateway.Limits;

/// <summary>
/// Whoever has limits, a customer or a spend key: the present window of each time in which one of them counts. A new time is another
/// window, put in by whoever comes first.
/// </summary>
internal sealed class LimitSubject
{
    private readonly LimitWindow?[] _windows = new LimitWindow?[LimitPeriod.Kinds];

    /// <summary>
    /// Makes windows for limits that have none, with what was used before. Those that are there stay, and go on where a limit is gone:
    /// it may come back, and they are right.
    /// </summary>
    public void Open(UsageLimit[] limits, UsageWindows? used)
    {
        foreach (var limit in limits)
        {
            ref var window = ref _windows[(int)limit.Cycle];
            if (Volatile.Read(ref window) is null)
            {
                var made = used is null ? new LimitWindow(DateOnly.MinValue) : new LimitWindow(used.ByCycle[(int)limit.Cycle]);
                Interlocked.CompareExchange(ref window, made, null);
            }
        }
    }

    /// <summary>Is there a window for each of the limits?</summary>
    public bool Has(UsageLimit[] limits)
    {
        foreach (var limit in limits)
        {
            if (Volatile.Read(ref _windows[(int)limit.Cycle]) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sets the windows that are there to what was used. While loading, before any call.</summary>
    public void Set(UsageWindows used)
    {
        for (var i = 0; i < _windows.Length; i++)
        {
            if (_windows[i] is not null)
            {
                _windows[i] = new LimitWindow(used.ByCycle[i]);
            }
        }
    }

    /// <summary>
    /// The window of a time that begins on this day. A call that comes late, after the next time has begun, gets that one's: no time is
    /// counted twice from zero. Null where nothing was opened.
    /// </summary>
    /// <param name="cycle">Which time.</param>
    /// <param name="start">Its first day.</param>
    /// <param name="micros">When the call came, microseconds since 1970 UTC.</param>
    public LimitWindow? Current(LimitCycle cycle, DateOnly start, long micros)
    {
        ref var place = ref _windows[(int)cycle];
        var window = Volatile.Read(ref place);
        while (window is not null && window.Start != start && IsOver(window, cycle, start, micros))
        {
            var next = new LimitWindow(start, micros);
            var seen = Interlocked.CompareExchange(ref place, next, window);
            window = ReferenceEquals(seen, window) ? next : seen;
        }

        return window;
    }

    /// <summary>
    /// Counts a record in the times that it belongs to; of one that is over only the present ones, as PostgreSQL does. What the call held
    /// there goes in the same step: nobody finds it missing between, or counted twice.
    /// </summary>
    public void Count(UsageRecord record, in LimitUse used, LimitHold? hold, bool keeps)
    {
        var day = LimitPeriod.DayOf(record.CreatedAtMicros);
        for (var cycle = LimitCycle.Daily; cycle <= LimitCycle.Total; cycle++)
        {
            var start = LimitPeriod.StartOf(cycle, day, record.CycleStart);
            if (Current(cycle, start, record.CreatedAtMicros) is { } window && window.Start == start)
            {
                // What a job goes on holding is not given back with the call that began it.
                Count(window, LimitUnit.Tokens, used.Tokens, keeps ? null : hold);
                Count(window, LimitUnit.Requests, used.Requests, hold);
                Count(window, LimitUnit.Spend, used.Spend, keeps ? null : hold);
            }
        }
    }

    /// <summary>
    /// Does the window give way to one that begins on another day? A later day comes after it. A billing cycle can also go back to an
    /// earlier one, where a subscription ends and the calendar month counts again: then the time begins anew, with the first call that
    /// came after the window was opened. Calls that came before it and end late change nothing.
    /// </summary>
    private static bool IsOver(LimitWindow window, LimitCycle cycle, DateOnly start, long micros) =>
        cycle == LimitCycle.Cycle
            ? LimitPeriod.GivesWay(window.Start, start, window.OpenedMicros, micros)
            : window.Start < start;

    private static void Count(LimitWindow window, LimitUnit unit, long used, LimitHold? hold) =>
        window.Add(unit, used - (hold?.Take(window, unit) ?? 0));
}
