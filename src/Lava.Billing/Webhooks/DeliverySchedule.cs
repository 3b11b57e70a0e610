namespace Lava.Billing.Webhooks;

/// <summary>When a delivery that failed is tried again.</summary>
public static class DeliverySchedule
{
    // Soon for a restart, then seldom: a target that was away for an hour gets at most five attempts of each in it.
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1),
        TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    /// <summary>The next attempt; null: it is given up, for that one would be later than <see cref="WebhookLimits.Patience"/>.</summary>
    /// <param name="attempts">Attempts that failed, from 1.</param>
    /// <param name="createdAt">When the delivery was made.</param>
    /// <param name="now">When the last attempt failed.</param>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var next = now + Pauses[Math.Clamp(attempts - 1, 0, Pauses.Length - 1)];
        return next - createdAt <= WebhookLimits.Patience ? next : null;
    }
}
