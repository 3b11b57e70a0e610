namespace Lava.Billing.Payments;

/// <summary>When a declined charge is tried again.</summary>
public static class DunningSchedule
{
    /// <summary>How long a renewal waits for another card once its own will never pay.</summary>
    public static readonly TimeSpan LastWait = TimeSpan.FromDays(7);

    private static readonly TimeSpan[] Waits = [TimeSpan.FromHours(1), TimeSpan.FromHours(24), TimeSpan.FromHours(72), LastWait];

    /// <summary>The wait after so many attempts; null: it is not tried again. A card that will never pay is not asked twice.</summary>
    public static TimeSpan? Next(int attempts, ChargeResult result) =>
        result.Outcome == ChargeOutcome.Declined && attempts >= 1 && attempts <= Waits.Length ? Waits[attempts - 1] : null;
}
