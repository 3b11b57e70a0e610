using Lava.Billing.Plans;

namespace Lava.Billing.Subscriptions;

/// <summary>
/// The boundaries of cycles. Each is counted from the anchor, never from the boundary before: a plan begun on 31 January renews on
/// 28 February and then on 31 March. UTC: no clock change makes a day longer or shorter.
/// </summary>
public static class CycleTimes
{
    private const int DaysInWeek = 7;
    private const int MonthsInYear = 12;

    /// <summary>The moment at which the cycle with this index begins: the anchor for 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is behind the year 9999.</exception>
    public static DateTimeOffset Boundary(DateTimeOffset anchor, BillingInterval interval, int index) => interval switch
    {
        BillingInterval.Day => anchor.AddDays(index),
        BillingInterval.Week => anchor.AddDays((double)DaysInWeek * index),
        BillingInterval.Month => anchor.AddMonths(index),
        BillingInterval.Year => anchor.AddMonths(checked(MonthsInYear * index)),
        _ => throw new ArgumentOutOfRangeException(nameof(interval)),
    };

    /// <summary>The cycle that begins now.</summary>
    public static Cycle First(DateTimeOffset now, BillingInterval interval)
    {
        var anchor = WholeSecond(now);
        return new Cycle(anchor, 0, anchor, Boundary(anchor, interval, 1));
    }

    /// <summary>The cycle behind one of the same interval.</summary>
    public static Cycle Next(in Cycle cycle, BillingInterval interval) =>
        new(cycle.Anchor, cycle.Index + 1, cycle.End, Boundary(cycle.Anchor, interval, cycle.Index + 2));

    /// <summary>A moment in UTC without the part of a second.</summary>
    public static DateTimeOffset WholeSecond(DateTimeOffset moment)
    {
        var utc = moment.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerSecond));
    }
}
