namespace Lava.Core.Accounts;

/// <summary>The times in which hard limits count: where each begins and ends. All of them begin at midnight UTC.</summary>
public static class LimitPeriod
{
    /// <summary>How many kinds there are: one more than the largest <see cref="LimitCycle"/>.</summary>
    public const int Kinds = (int)LimitCycle.Total + 1;

    private const long MicrosPerDay = 86_400_000_000;
    private const long AgreementMicros = 1_000_000;
    private const int DaysPerWeek = 7;
    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The day of a moment.</summary>
    /// <param name="micros">Microseconds since 1970 UTC; what no calendar has counts as the first or last day that it has.</param>
    public static DateOnly DayOf(long micros)
    {
        // Rounded down, also before 1970.
        var days = micros >= 0 ? micros / MicrosPerDay : ((micros + 1) / MicrosPerDay) - 1;
        return DateOnly.FromDayNumber((int)Math.Clamp(days + UnixEpochDay, 0, DateOnly.MaxValue.DayNumber));
    }

    /// <summary>The first day of the time that a call of this day counts in.</summary>
    /// <param name="cycle">Which time.</param>
    /// <param name="day">The call's day.</param>
    /// <param name="cycleStart">The first day of the billing cycle that the call counts in.</param>
    public static DateOnly StartOf(LimitCycle cycle, DateOnly day, DateOnly cycleStart) => cycle switch
    {
        LimitCycle.Daily => day,

        // Day 0 is a Monday.
        LimitCycle.Weekly => DateOnly.FromDayNumber(day.DayNumber - (day.DayNumber % DaysPerWeek)),
        LimitCycle.Monthly => new DateOnly(day.Year, day.Month, 1),
        LimitCycle.Cycle => cycleStart,
        _ => DateOnly.MinValue,
    };

    /// <summary>
    /// Does a billing cycle give way to another one? To a later one that a call names which came after it had begun, and to an earlier one
    /// a second after: what calls know of their cycle may be so old where two come at once.
    /// </summary>
    /// <param name="start">The present one's first day.</param>
    /// <param name="other">The other's.</param>
    /// <param name="since">Since when the present one is known, microseconds since 1970 UTC.</param>
    /// <param name="at">When the call came that names the other.</param>
    public static bool GivesWay(DateOnly start, DateOnly other, long since, long at) =>
        other > start ? at >= since - AgreementMicros : other < start && at > since + AgreementMicros;

    /// <summary>When a limit counts from zero again; null: never.</summary>
    /// <param name="cycle">Which time.</param>
    /// <param name="start">Its first day.</param>
    /// <param name="customer">Whose subscription's cycle may count; null: the calendar month does.</param>
    public static DateTimeOffset? EndOf(LimitCycle cycle, DateOnly start, Customer? customer) => cycle switch
    {
        LimitCycle.Daily => MidnightOf(start.AddDays(1)),
        LimitCycle.Weekly => MidnightOf(start.AddDays(DaysPerWeek)),
        LimitCycle.Cycle when customer is { CycleEnd: { } end } && customer.CycleStart == start => end,
        LimitCycle.Monthly or LimitCycle.Cycle => MidnightOf(start.AddMonths(1)),
        _ => null,
    };

    /// <summary>When a day begins.</summary>
    public static DateTimeOffset MidnightOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
