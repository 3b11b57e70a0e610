namespace Lava.Billing.Payments.Stripe;

/// <summary>What has to be done for Stripe now and then: missing events at start and hourly, charges daily, events always.</summary>
public sealed class StripeRound(StripeEvents events, StripeGap gap, TimeProvider time)
{
    /// <summary>Between two looks for missing events.</summary>
    public static readonly TimeSpan RepairEvery = TimeSpan.FromHours(1);

    /// <summary>Between two comparisons.</summary>
    public static readonly TimeSpan CompareEvery = TimeSpan.FromDays(1);

    /// <summary>After a failure it is tried again so much later.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromMinutes(1);

    private DateTimeOffset _repairAt = DateTimeOffset.MinValue;
    private DateTimeOffset _compareAt = DateTimeOffset.MinValue;

    /// <summary>Throws what its steps throw; the next round goes on.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await events.RunAsync(cancellationToken);
        if (time.GetUtcNow() >= _repairAt)
        {
            _repairAt = time.GetUtcNow() + FailurePause;
            await gap.RepairAsync(cancellationToken);
            _repairAt = time.GetUtcNow() + RepairEvery;
        }

        if (time.GetUtcNow() >= _compareAt)
        {
            _compareAt = time.GetUtcNow() + FailurePause;
            await gap.CompareAsync(cancellationToken);
            _compareAt = time.GetUtcNow() + CompareEvery;
        }
    }
}
