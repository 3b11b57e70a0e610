using Lava.Billing.Plans;
using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>A change of plan, decided: dearer plans begin at once and are paid for, others when what was paid for has ended.</summary>
/// <param name="Kind">How.</param>
/// <param name="Amounts">What it costs and brings now.</param>
/// <param name="EffectiveAt">When.</param>
public sealed record PlanChange(PlanChangeKind Kind, ProrationAmounts Amounts, DateTimeOffset EffectiveAt)
{
    /// <summary>Decides how a subscription would come to a plan.</summary>
    /// <param name="present">The subscription.</param>
    /// <param name="target">The plan.</param>
    /// <param name="now">The merchant's time.</param>
    /// <param name="least">What is charged at least.</param>
    public static PlanChange Decide(Subscription present, Plan target, DateTimeOffset now, Money least)
    {
        if (present.PlanId == target.Id)
        {
            return new PlanChange(PlanChangeKind.Stay, default, now);
        }

        if (present.Cycle is not { } cycle)
        {
            return target.HasCycles ? FromNow(target, now) : new PlanChange(PlanChangeKind.Switch, default, now);
        }

        if (!IsDearer(target.Terms, present.Plan))
        {
            return new PlanChange(PlanChangeKind.AtCycleEnd, default, cycle.End);
        }

        return target.Terms.Interval == present.Plan.Interval
            ? new PlanChange(PlanChangeKind.Upgrade, Proration.Of(present.Plan, target.Terms, cycle, now).ChargedBy(least), now)
            : FromNow(target, now);
    }

    private static PlanChange FromNow(Plan target, DateTimeOffset now) => new(
        PlanChangeKind.NewCycle, Proration.Whole(target.Terms, CycleTimes.First(now, target.Terms.Interval)), now);

    // By the price of a day, without dividing.
    private static bool IsDearer(PlanTerms to, PlanTerms from) =>
        (Int128)to.PeriodAmount.Units * Days(from.Interval) > (Int128)from.PeriodAmount.Units * Days(to.Interval);

    private static int Days(BillingInterval interval) => interval switch
    {
        BillingInterval.Day => 1,
        BillingInterval.Week => 7,
        BillingInterval.Month => 30,
        BillingInterval.Year => 365,
        _ => throw new ArgumentOutOfRangeException(nameof(interval)),
    };
}
