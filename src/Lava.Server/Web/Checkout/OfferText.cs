using Lava.Billing.Checkout;
using Lava.Billing.Plans;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>What is sold, in words.</summary>
internal static class OfferText
{
    private static readonly string[] Per = ["per day", "per week", "per month", "per year"];
    private static readonly string[] Each = ["each day", "each week", "each month", "each year"];

    /// <summary>"per month"; "once" for what has no cycle.</summary>
    public static string PerCycle(BillingInterval? interval) => interval is { } known ? Per[(int)known] : "once";

    /// <summary>"each month"; null for what has no cycle.</summary>
    public static string? EachCycle(BillingInterval? interval) => interval is { } known ? Each[(int)known] : null;

    /// <summary>What comes with it, line by line.</summary>
    public static IEnumerable<string> Includes(CheckoutOffer offer)
    {
        if (offer.IncludedCredit is { } credit && credit > Money.Zero)
        {
            yield return EachCycle(offer.Interval) is { } each
                ? $"{MoneyText.Of(credit)} of credit {each}"
                : $"{MoneyText.Of(credit)} of credit";
        }

        foreach (var line in offer.Includes)
        {
            yield return line;
        }
    }

    /// <summary>The name on the button that buys.</summary>
    public static string Buy(CheckoutQuote quote) =>
        quote.Fee > Money.Zero ? $"Pay {MoneyText.Of(quote.Fee)}"
        : quote.Kind == CheckoutPurchase.AtCycleEnd ? "Confirm change"
        : "Confirm";

    /// <summary>When the card is charged again; null: it is not.</summary>
    public static string? Next(CheckoutView view) => view.Quote is { NextChargeAt: { } at, NextCharge: { } amount } && amount > Money.Zero
        ? $"{MoneyText.Of(amount)} on {MoneyText.Day(at)}{Then(view.Offer?.Interval)}"
        : null;

    private static string Then(BillingInterval? interval) => EachCycle(interval) is { } each ? $", then {each}" : "";
}
