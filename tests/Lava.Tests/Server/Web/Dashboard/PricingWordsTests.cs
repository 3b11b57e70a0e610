using Lava.Core;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Keys;
using Lava.Server.Web.Dashboard.Pricing;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class PricingWordsTests
{
    [Theory]
    [InlineData(
        RateType.Percentage, TierType.Tokens1M, BaseCostPayer.Wallet, "20 % on top of the provider's cost, from 1,000 tokens on 12.5 %",
        "0.20", "0.125")]
    [InlineData(
        RateType.Percentage, TierType.Requests, BaseCostPayer.Merchant, "20 % of the provider's cost, from 1,000 requests on 5 %",
        "0.20", "0.05")]
    [InlineData(
        RateType.Fixed, TierType.Requests, BaseCostPayer.Merchant, "$0.02 a request, from 1,000 requests on $0.0123456789",
        "0.02", "0.0123456789")]
    [InlineData(
        RateType.Fixed, TierType.Minutes, BaseCostPayer.Wallet, "$1.50 a minute, from 1,000 minutes on $1.00, and the provider's cost",
        "1.5", "1")]
    public void Of_AMeter_SaysWhatItCostsToTheLastDigit(
        RateType rateType, TierType tierType, BaseCostPayer payer, string words, string first, string later)
    {
        var meter = new Meter
        {
            Id = Guid.Empty,
            MerchantId = Guid.Empty,
            Slug = "m",
            RateType = rateType,
            TierType = tierType,
            BaseCostPayer = payer,
            Tiers = [new MeterTier(0, Money.Parse(first)), new MeterTier(1_000, Money.Parse(later))],
        };
        Assert.Equal(words, PricingWords.Of(meter));
    }

    [Fact]
    public void Fill_HostileNames_EndNoQuotes()
    {
        foreach (var (_, _, _, without) in TokenLines.Templates("http://127.0.0.1:1/"))
        {
            var line = TokenLines.Fill(without, "'; rm -rf / #\"\n", "\\");
            Assert.Contains("""
                "customer_id":"\u0027; rm -rf / #\u0022\n","meter_slug":"\\"
                """, line, StringComparison.Ordinal);
            Assert.DoesNotContain("__", line, StringComparison.Ordinal);
        }
    }
}
