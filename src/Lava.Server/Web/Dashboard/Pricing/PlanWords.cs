using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>What plans cost and give, in words.</summary>
internal static class PlanWords
{
    /// <summary>"$25.00 a month, includes $20.00 of credit; what is left rolls over".</summary>
    public static string Of(PlanTerms terms)
    {
        var price = terms.IsFree ? "Free" : $"{PricingWords.Dollars(terms.PeriodAmount)} {Each(terms.Interval)}";
        var left = terms.Rollover == Rollover.Full ? "what is left rolls over" : "what is left expires";
        return terms.IncludedCredit == Money.Zero
            ? price
            : $"{price}, includes {PricingWords.Dollars(terms.IncludedCredit)} of credit; {left}";
    }

    /// <summary>What happens when the credit is used up.</summary>
    public static string Of(PlanOverage overage) => overage.Mode switch
    {
        OverageMode.AutoCharge =>
            $"Beyond the credit calls go on up to {Amount(overage.Limit)} a cycle; the card is charged each {Amount(overage.Increment)}",
        OverageMode.AutoTopUp => "Beyond the credit the card buys the plan's bundle",
        _ => "Beyond the credit calls are refused",
    };

    /// <summary>"a month".</summary>
    public static string Each(BillingInterval interval) => interval switch
    {
        BillingInterval.Day => "a day",
        BillingInterval.Week => "a week",
        BillingInterval.Year => "a year",
        _ => "a month",
    };

    private static string Amount(Money? amount) => amount is { } known ? PricingWords.Dollars(known) : "–";
}
