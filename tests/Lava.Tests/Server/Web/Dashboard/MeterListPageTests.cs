using System.Runtime.CompilerServices;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Web.Dashboard;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Pricing;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class MeterListPageTests
{
    // A page has 150 kB at most; the frame around the table is a few.
    private const int BytesMax = 140_000;

    private static readonly DateTimeOffset Now = new(2026, 5, 15, 14, 22, 31, TimeSpan.Zero);

    [Fact]
    public void Table_OfFiftyMetersInFiftyPlansEach_NamesAFewAndIsNoLargePage()
    {
        var meters = Enumerable.Range(0, 50)
            .Select(i => new MeterRecord(Meter(i), $"A meter with a name of some length, {i}", Now)).ToList();
        var plans = Enumerable.Range(0, 50).Select(i => Plan(i, meters)).ToList();

        var html = MeterListPage.Table(Call(), meters, plans, [], archived: false).ToString();

        Assert.InRange(html.Length, 1, BytesMax);
        Assert.Contains("A plan with a name of some length, 2<", html, StringComparison.Ordinal);
        Assert.DoesNotContain("A plan with a name of some length, 3<", html, StringComparison.Ordinal);
        Assert.Contains("""<a href="/dashboard/test/pricing/plans">and 47 more</a>""", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_OfAMeterInAFewPlans_NamesAll()
    {
        List<MeterRecord> meters = [new(Meter(0), "Chat", Now)];

        var html = MeterListPage.Table(
            Call(), meters, [.. Enumerable.Range(0, 3).Select(i => Plan(i, meters))], [], archived: false).ToString();

        Assert.Contains("A plan with a name of some length, 2<", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" more</a>", html, StringComparison.Ordinal);
    }

    private static Meter Meter(int i) => new()
    {
        Id = Guid.NewGuid(),
        MerchantId = Guid.Empty,
        Slug = $"a-meter-with-a-slug-{i}",
        RateType = RateType.Fixed,
        TierType = TierType.Tokens1M,
        TokenBasis = TokenBasis.InputAndOutput,
        BaseCostPayer = BaseCostPayer.Merchant,
        Tiers = [new MeterTier(0, Money.FromDollars(2))],
    };

    private static Plan Plan(int i, List<MeterRecord> meters) => new()
    {
        Id = Guid.NewGuid(),
        MerchantId = Guid.Empty,
        Terms = new PlanTerms(
            $"A plan with a name of some length, {i}", Money.Zero, Money.Zero, default, default, default),
        Meters = [.. meters.Select(record => new LinkedMeter(record.Meter.Id, record.Name))],
        Bundles = [],
        CreatedAt = Now,
    };

    // A table asks for nothing: what pages work with is never touched, but for the clock.
    private static PageCall Call()
    {
        var parts = (DashboardParts)RuntimeHelpers.GetUninitializedObject(typeof(DashboardParts)) with { Time = TimeProvider.System };
        return new PageCall(
            new DefaultHttpContext(), null!, new Merchant { Id = Guid.Empty, IsTest = true, WalletId = 0 }, "token", parts);
    }
}
