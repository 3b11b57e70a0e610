using Lava.Core;

namespace Lava.Billing.Plans;

/// <summary>What a plan costs and gives.</summary>
/// <param name="Name">What people read.</param>
/// <param name="PeriodAmount">Its price per interval; zero: free.</param>
/// <param name="IncludedCredit">The credit that each cycle brings, at most <paramref name="PeriodAmount"/>.</param>
/// <param name="Interval">Its cycle.</param>
/// <param name="Rollover">What becomes of cycle credit that is left.</param>
/// <param name="BundleRollover">What becomes of bundles' credit that is left.</param>
public sealed record PlanTerms(
    string Name, Money PeriodAmount, Money IncludedCredit, BillingInterval Interval, Rollover Rollover, Rollover BundleRollover)
{
    /// <summary>Does it cost nothing? Then a customer can be subscribed without paying.</summary>
    public bool IsFree => PeriodAmount == Money.Zero;
}
