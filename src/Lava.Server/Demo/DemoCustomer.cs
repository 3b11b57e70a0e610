using Lava.Billing.Subscriptions;
using Lava.Core;
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

    /// <summary>From this moment on it buys no credit; null: it always does.</summary>
    public DateTimeOffset? DryFrom { get; init; }

    /// <summary>Calls that it may make in a day; null: any number.</summary>
    public int? DailyCalls { get; init; }

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

    /// <summary>The next day begins.</summary>
    public void BeginDay()
    {
        FirstCall = null;
        CallsToday = 0;
        SpentToday = Money.Zero;
    }
}
