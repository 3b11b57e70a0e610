using System.Globalization;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Billing.Checkout;

/// <summary>What a session sells, in words.</summary>
internal static class CheckoutOffers
{
    private const int MetersMax = 20;

    /// <param name="record">The session.</param>
    /// <param name="amount">Of a top-up, for whom it may be shown to; null: it is not, or none is chosen.</param>
    public static CheckoutOffer? Of(CheckoutRecord record, Money? amount) => record.State.Session.Mode switch
    {
        CheckoutMode.Subscription when record.Plan is { Terms: var terms } plan => new CheckoutOffer(
            terms.Name, terms.PeriodAmount, terms.IsFree ? null : terms.Interval, terms.IncludedCredit, [.. Includes(plan)]),
        CheckoutMode.CreditBundle when record.Bundle is { } bundle =>
            new CheckoutOffer(bundle.Name, bundle.Cost, null, bundle.CreditAmount, []),
        CheckoutMode.TopUp => new CheckoutOffer("Credit", amount, null, amount, []),
        _ => null,
    };

    private static IEnumerable<string> Includes(Plan plan)
    {
        if (plan.Terms.IncludedCredit.Units > 0)
        {
            yield return plan.Terms.Rollover == Rollover.Full
                ? "Credit that is left carries over to the next cycle"
                : "Credit that is left at the end of a cycle expires";
        }

        foreach (var meter in plan.Meters.Take(MetersMax))
        {
            yield return meter.Name;
        }

        if (plan.Overage is { Mode: OverageMode.AutoCharge, Limit: { } most, Increment: { } increment })
        {
            yield return $"Beyond the credit your card is charged per {Dollars.Text(increment)}, at most {Dollars.Text(most)} a cycle";
        }
        else if (plan.Overage.Mode == OverageMode.AutoTopUp && plan.Bundles.FirstOrDefault(b => b.Id == plan.DefaultBundleId) is { } bundle)
        {
            yield return $"When the credit is used up, {bundle.Name} is bought for {Dollars.Text(bundle.Cost)}";
        }

        foreach (var limit in plan.Limits)
        {
            var amount = limit.Unit == LimitUnit.Spend
                ? Dollars.Text(new Money(limit.Amount))
                : limit.Amount.ToString("N0", CultureInfo.InvariantCulture);
            var unit = limit.Unit == LimitUnit.Spend ? "" : $" {limit.Unit.ToString().ToLowerInvariant()}";
            yield return $"At most {amount}{unit} {Span(limit.Cycle)}";
        }
    }

    private static string Span(LimitCycle cycle) => cycle switch
    {
        LimitCycle.Daily => "a day",
        LimitCycle.Weekly => "a week",
        LimitCycle.Monthly => "a month",
        LimitCycle.Cycle => "a cycle",
        _ => "in all",
    };
}
