using Lava.Core.Accounts;

namespace Lava.Metering.Pricing;

/// <summary>The billing cycle in which usage counts: the subscription's, or the calendar month, UTC.</summary>
public static class BillingCycle
{
    /// <summary>The first day of a customer's present cycle; without a customer, or a subscription that has cycles, the month's.</summary>
    public static DateOnly StartOf(Customer? customer, DateTimeOffset now) => customer?.CycleStart ?? StartOf(now);

    /// <summary>The first day of the month that holds a moment.</summary>
    public static DateOnly StartOf(DateTimeOffset moment)
    {
        var utc = moment.UtcDateTime;
        return new DateOnly(utc.Year, utc.Month, 1);
    }
}
