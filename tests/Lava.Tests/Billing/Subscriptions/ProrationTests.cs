using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Tests.Billing.Subscriptions;

public sealed class ProrationTests
{
    private static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Cycle April = CycleTimes.First(Start, BillingInterval.Month);

    [Theory]
    [InlineData(0, "30", "15")]
    [InlineData(15, "15", "7.5")]
    [InlineData(29, "1", "0.5")]
    [InlineData(30, "0", "0")]
    [InlineData(31, "0", "0")]
    public void Of_DearerPlan_TakesTheShareThatIsLeft(int day, string price, string credit)
    {
        var amounts = Proration.Of(Terms("10", "5"), Terms("40", "20"), April, Start.AddDays(day));

        Assert.Equal((Money.Parse(price), Money.Parse(credit)), (amounts.Price, amounts.Credit));
        Assert.Equal((Math.Max(0, 30 - day) * 86_400L, 30 * 86_400L), (amounts.RemainingSeconds, amounts.CycleSeconds));
    }

    [Fact]
    public void Of_PartsOfAUnit_ThePriceIsRoundedUpAndTheCreditDown()
    {
        // A third of the cycle of one unit.
        var amounts = Proration.Of(Terms("0", "0"), Terms("0.0000000001", "0.0000000001"), April, Start.AddDays(20));

        Assert.Equal((new Money(1), Money.Zero), (amounts.Price, amounts.Credit));
    }

    [Fact]
    public void Of_LessIncluded_AddsNothingAndTakesNothing()
    {
        var amounts = Proration.Of(Terms("10", "9"), Terms("20", "1"), April, Start);

        Assert.Equal((Money.FromDollars(10), Money.Zero), (amounts.Price, amounts.Credit));
    }

    [Fact]
    public void Of_LargestAmounts_DoNotOverflow()
    {
        var most = Money.FromDollars(900_000_000).ToString();
        var amounts = Proration.Of(Terms("0", "0"), Terms(most, most), April, Start.AddSeconds(1));

        Assert.True(amounts.Price > amounts.Credit && amounts.Price < Money.Parse(most));
    }

    /// <summary>Through a plan between, at any two moments, is never cheaper than straight.</summary>
    [Fact]
    public void Of_InTwoSteps_CostsNoLessAndBringsNoMore()
    {
        var random = new Random(1);
        for (var run = 0; run < 10_000; run++)
        {
            var (low, middle, high) = (random.NextInt64(1L << 40), random.NextInt64(1L << 40), random.NextInt64(1L << 40));
            var steps = new[] { low, middle, high }.Order().Select(units => Terms(new Money(units).ToString(), new Money(units).ToString()))
                .ToArray();
            var at = Start.AddSeconds(random.Next(30 * 86_400));
            var straight = Proration.Of(steps[0], steps[2], April, at);
            var first = Proration.Of(steps[0], steps[1], April, at);
            var second = Proration.Of(steps[1], steps[2], April, at);

            Assert.InRange((first.Price + second.Price - straight.Price).Units, 0, 1);
            Assert.InRange((straight.Credit - first.Credit - second.Credit).Units, 0, 1);
        }
    }

    [Fact]
    public void Decide_Plans_UpgradesAtOnceAndDowngradesLater()
    {
        var present = Subscribed(Terms("30", "30"));

        Assert.Equal(PlanChangeKind.Stay, Decide(present, Terms("30", "30"), present.PlanId).Kind);
        Assert.Equal(PlanChangeKind.Upgrade, Decide(present, Terms("31", "0")).Kind);
        var equal = Decide(present, Terms("30", "0"));
        Assert.Equal((PlanChangeKind.AtCycleEnd, April.End), (equal.Kind, equal.EffectiveAt));
        Assert.Equal(PlanChangeKind.AtCycleEnd, Decide(present, Terms("0", "0")).Kind);

        // A dollar a day for a month is dearer than 364 dollars a year, and cheaper than 366.
        Assert.Equal(PlanChangeKind.AtCycleEnd, Decide(present, Terms("364", "0", BillingInterval.Year)).Kind);
        var yearly = Decide(present, Terms("366", "300", BillingInterval.Year));
        Assert.Equal((PlanChangeKind.NewCycle, Money.FromDollars(366)), (yearly.Kind, yearly.Amounts.Price));
        Assert.Equal(365 * 86_400, yearly.Amounts.CycleSeconds);
    }

    [Fact]
    public void Decide_WithoutCycle_BeginsOneOrSwitches()
    {
        var free = Subscribed(Terms("0", "0")) with { Cycle = null };

        Assert.Equal(PlanChangeKind.Switch, Decide(free, Terms("0", "0")).Kind);
        Assert.Equal(PlanChangeKind.NewCycle, Decide(free, Terms("1", "1")).Kind);
    }

    private static PlanChange Decide(Subscription present, PlanTerms terms, Guid? id = null) => PlanChange.Decide(
        present,
        new Plan
        {
            Id = id ?? Guid.NewGuid(),
            MerchantId = default,
            Terms = terms,
            Meters = [],
            Bundles = [],
            CreatedAt = default,
        },
        Start.AddDays(1),
        least: Money.Zero);

    private static Subscription Subscribed(PlanTerms terms) => new()
    {
        Id = default,
        CustomerId = default,
        PlanId = Guid.NewGuid(),
        Plan = terms,
        StartedAt = Start,
        Cycle = April,
    };

    private static PlanTerms Terms(string price, string credit, BillingInterval interval = BillingInterval.Month) =>
        new("Plan", Money.Parse(price), Money.Parse(credit), interval, Rollover.None, Rollover.None);
}
