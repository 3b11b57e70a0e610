using System.Globalization;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>What meters ask, in words.</summary>
internal static class PricingWords
{
    /// <summary>"$0.02 a request, from 1,000 on $0.01"; "20 % on top of the provider's cost".</summary>
    public static string Of(Meter meter)
    {
        var beside = meter.BaseCostPayer == BaseCostPayer.Wallet ? "on top of" : "of";
        var first = meter.RateType == RateType.Percentage
            ? $"{FigureText.Percentage(meter.Tiers[0].Rate)} {beside} the provider's cost"
            : $"{Dollars(meter.Tiers[0].Rate)} {Unit(meter)}";
        var later = meter.Tiers[1..].Select(tier => $", from {FigureText.Count(tier.Start)} {Units(meter)} on {RateOf(meter, tier)}");
        var carried = meter is { RateType: RateType.Fixed, BaseCostPayer: BaseCostPayer.Wallet } ? ", and the provider's cost" : "";
        return $"{first}{string.Concat(later)}{carried}";
    }

    /// <summary>"$0.00123", to its last digit.</summary>
    public static string Dollars(Money amount) =>
        $"${((decimal)amount.Units / Money.UnitsPerDollar).ToString("#,##0.00########", CultureInfo.InvariantCulture)}";

    /// <summary>"5,000 requests a day", "$20.00 a subscription's cycle".</summary>
    public static string Of(UsageLimit limit)
    {
        var amount = limit.Unit == LimitUnit.Spend
            ? Dollars(new Money(limit.Amount))
            : $"{FigureText.Count(limit.Amount)} {LimitNames.Of(limit.Unit)}";
        return $"{amount} {LimitNames.Of(limit.Cycle)}";
    }

    private static string RateOf(Meter meter, MeterTier tier) =>
        meter.RateType == RateType.Percentage ? FigureText.Percentage(tier.Rate) : Dollars(tier.Rate);

    private static string Unit(Meter meter) => meter.TierType switch
    {
        TierType.Tokens1M when meter.TokenBasis == TokenBasis.Output => "a million output tokens",
        TierType.Tokens1M => "a million tokens",
        TierType.Characters1M => "a million characters",
        TierType.Minutes => "a minute",
        _ => "a request",
    };

    private static string Units(Meter meter) => meter.TierType switch
    {
        TierType.Tokens1M => "tokens",
        TierType.Characters1M => "characters",
        TierType.Minutes => "minutes",
        _ => "requests",
    };
}
