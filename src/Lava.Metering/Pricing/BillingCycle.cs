namespace Lava.Metering.Pricing;

/// <summary>The billing cycle of a customer without a subscription: the calendar month, UTC.</summary>
public static class BillingCycle
{
    /// <summary>The first day of the cycle that holds a moment.</summary>
    public static DateOnly StartOf(DateTimeOffset moment)
    {
        var utc = moment.UtcDateTime;
        return new DateOnly(utc.Year, utc.Month, 1);
    }
}
