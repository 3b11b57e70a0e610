using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Pricing;

public sealed class RegionalPriceTests
{
    private static readonly DateOnly Day = new(2026, 1, 1);

    [Fact]
    public void At_TierInARegionBesideAPriceOfZero_CostsTheRegions()
    {
        var book = PriceCatalog.Parse(
            "version 1\np m 2026-01-01 input=0 output=10 audio_in=32 flex_in=0 flex_out=5 regional=1.1 context=9 max_output=9 source=s",
            "t")
            .On(Day);
        Assert.True(book.TryFind("p", "m"u8, out var price));

        var flex = price.At(ServiceTier.Flex, isRegional: true);

        Assert.Equal((Money.Parse("35.2"), Money.Parse("5.5")), (flex.AudioInput, flex.Output));
        Assert.Equal(Money.Parse("32"), price.At(ServiceTier.Flex, isRegional: false).AudioInput);
    }

    [Theory]
    [InlineData(ServiceTier.Standard, false, false)]
    [InlineData(ServiceTier.Standard, true, true)]
    [InlineData(ServiceTier.Flex, false, false)]
    [InlineData(ServiceTier.Flex, true, true)]
    [InlineData(ServiceTier.Priority, true, true)]
    public void At_ARegion_IsToldFromTheUsualPrice(ServiceTier tier, bool isRegional, bool expected)
    {
        var book = PriceCatalog.Parse(
            "version 1\np v.m 2026-01-01 input=1 output=10 flex_in=1 flex_out=5 regional=1.1 context=9 max_output=9 source=s\n"
            + "p n 2026-01-01 input=1 output=10 flex_in=1 flex_out=5 context=9 max_output=9 source=s", "t").On(Day);
        Assert.True(book.TryFind("p", "v.m"u8, out var price));
        Assert.True(book.TryFind("p", "n"u8, out var usual));
        Assert.True(book.TryFind("p", "us.v.m"u8, out var named));

        Assert.Equal(expected, price.At(tier, isRegional).IsRegional);
        Assert.True(named.At(tier, isRegional).IsRegional);
        Assert.False(usual.At(tier, isRegional).IsRegional);
    }
}
