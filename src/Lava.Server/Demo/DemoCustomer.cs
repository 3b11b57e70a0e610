using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres.Seeding;

namespace Lava.Server.Demo;

/// <summary>A customer while the past is made.</summary>
internal sealed class DemoCustomer
{
    /// <summary>As it is stored.</summary>
    public required SeedCustomer Row { get; init; }

    /// <summary>How much it calls, beside others.</summary>
    public required double Weight { get; init; }

    /// <summary>Hours from UTC where its people live.</summary>
    public required int Zone { get; init; }

    /// <summary>What befalls it beyond calls and payments.</summary>
    public DemoStory Story { get; set; }

    /// <summary>It buys no credit, from its first day on.</summary>
    public bool IsDry { get; init; }

    /// <summary>Calls that it may make in a day; null: any number.</summary>
    public int? DailyCalls { get; init; }

    /// <summary>What it may spend in a calendar month; null: anything.</summary>
    public Money? MonthlySpend { get; init; }

    /// <summary>Its present plan; null: none.</summary>
    public Plan? Plan { get; set; }

    /// <summary>Its subscription, where it has a plan.</summary>
    public Guid SubscriptionId { get; set; }

    /// <summary>Its story ends and begins its cycles.</summary>
    public bool IsDriven { get; set; }

    /// <summary>How far its wallet may fall; null: it buys what it lacks.</summary>
    public Money? Floor { get; set; }

    /// <summary>Its card buys credit by itself.</summary>
    public bool BuysByItself => Plan?.Overage.Mode == OverageMode.AutoTopUp;

    /// <summary>What its wallet has.</summary>
    public Money Balance { get; set; }

    /// <summary>The present cycle; null: it has none.</summary>
    public Cycle? Cycle { get; set; }

    /// <summary>The day's money came in then: before it there are no calls.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Its first call of the day; null: it has made none.</summary>
    public DateTimeOffset? FirstCall { get; set; }

    /// <summary>Its calls of the day.</summary>
    public int CallsToday { get; set; }

    /// <summary>What they cost it.</summary>
    public Money SpentToday { get; set; }

    /// <summary>What it has spent in the calendar month.</summary>
    public Money SpentThisMonth { get; set; }

    /// <summary>The next day begins.</summary>
    public void BeginDay(DateTimeOffset day)
    {
        SpentThisMonth = day.Day == 1 ? Money.Zero : SpentThisMonth;
        FirstCall = null;
        CallsToday = 0;
        SpentToday = Money.Zero;
    }
}
