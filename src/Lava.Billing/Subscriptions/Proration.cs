using Lava.Billing.Plans;
using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>
/// Shares of a cycle, by the second. A share of a price is rounded up and one of a credit down, to 10⁻¹⁰ USD: many small changes never
/// cost less than one large one.
/// </summary>
public static class Proration
{
    /// <summary>
    /// From one plan to another of the same interval, for the rest of a cycle; nothing for what is not dearer or not more.
    /// </summary>
    public static ProrationAmounts Of(PlanTerms from, PlanTerms to, in Cycle cycle, DateTimeOffset now)
    {
        var total = Seconds(cycle.End - cycle.Start);
        var remaining = Math.Clamp(Seconds(cycle.End - CycleTimes.WholeSecond(now)), 0, total);
        var price = Money.Max(Money.Zero, to.PeriodAmount - from.PeriodAmount);
        var credit = Money.Max(Money.Zero, to.IncludedCredit - from.IncludedCredit);
        return new ProrationAmounts(
            Rate.RoundUp((Int128)price.Units * remaining, total),
            Rate.RoundDown((Int128)credit.Units * remaining, total),
            remaining,
            total);
    }

    /// <summary>A whole cycle of a plan: what it costs and brings that begins now.</summary>
    public static ProrationAmounts Whole(PlanTerms to, in Cycle cycle)
    {
        var total = Seconds(cycle.End - cycle.Start);
        return new ProrationAmounts(to.PeriodAmount, to.IncludedCredit, total, total);
    }

    private static long Seconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerSecond;
}
