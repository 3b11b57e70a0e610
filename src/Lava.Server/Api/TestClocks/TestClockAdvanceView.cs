using Lava.Billing.Subscriptions;

namespace Lava.Server.Api.TestClocks;

/// <summary>Where a merchant's test clock stands now, and what happened on the way.</summary>
internal sealed record TestClockAdvanceView(DateTimeOffset Now, int Renewed, int Charged, int Failed, int Cancelled)
{
    public static TestClockAdvanceView From(DateTimeOffset now, in RenewalCounts counts) =>
        new(now, counts.Renewed, counts.Charged, counts.Failed, counts.Cancelled);
}
