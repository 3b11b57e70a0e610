namespace Lava.Postgres;

/// <summary>A report's period, parted into whole quarters of an hour and what of it lies before and behind them.</summary>
/// <param name="From">Start; null: from the beginning.</param>
/// <param name="Until">First moment after it; null: to the end.</param>
internal readonly record struct UsagePeriod(DateTimeOffset? From, DateTimeOffset? Until)
{
    private static readonly long QuarterTicks = UsageSumKey.QuarterLengthMicros * TimeSpan.TicksPerMicrosecond;

    /// <summary>Start of the first whole quarter.</summary>
    public DateTimeOffset? FirstQuarter => From is { } from ? Floor(from.AddTicks(QuarterTicks - 1)) : null;

    /// <summary>End of the last whole quarter.</summary>
    public DateTimeOffset? EndQuarter => Until is { } until ? Floor(until) : null;

    /// <summary>Is there a whole quarter in it?</summary>
    public bool HasQuarters => !(FirstQuarter >= EndQuarter);

    /// <summary>What lies before the first whole quarter.</summary>
    public UsagePeriod? Head => From < FirstQuarter ? new UsagePeriod(From, FirstQuarter) : null;

    /// <summary>What lies behind the last whole quarter.</summary>
    public UsagePeriod? Tail => EndQuarter < Until ? new UsagePeriod(EndQuarter, Until) : null;

    /// <summary>Do the hours and days of a time zone consist of whole quarters?</summary>
    public static bool HasWholeQuarters(TimeSpan offset) => offset.Ticks % QuarterTicks == 0;

    private static DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % QuarterTicks), TimeSpan.Zero);
}
