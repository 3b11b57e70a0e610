namespace Lava.Billing.Subscriptions;

/// <summary>
/// Lets a test merchant's time pass: from one moment at which something falls due to the next, everything in its order, and the same each
/// time.
/// </summary>
/// <param name="store">Where the clocks stand.</param>
/// <param name="run">Does what is due for a merchant now.</param>
public sealed class TestClock(ITestClockStore store, Func<Guid, CancellationToken, Task<RenewalCounts>> run)
{
    /// <summary>Moments in one advance.</summary>
    public const int StepsMax = 10_000;

    /// <summary>How far an advance may go.</summary>
    public const int YearsMax = 10;

    /// <summary>A merchant's time.</summary>
    public Task<DateTimeOffset> NowAsync(Guid merchantId, CancellationToken cancellationToken) =>
        store.NowAsync(merchantId, cancellationToken);

    /// <summary>
    /// Goes on to a moment, which is not before the present one; null where there was too much to do on the way: the clock stands where
    /// it got to.
    /// </summary>
    public async Task<RenewalCounts?> AdvanceAsync(Guid merchantId, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var at = await store.NowAsync(merchantId, cancellationToken);
        await store.SetAsync(merchantId, at, cancellationToken);
        var counts = await run(merchantId, cancellationToken);
        for (var step = 0; step < StepsMax; step++)
        {
            var next = await store.FindNextAsync(merchantId, at, to, cancellationToken);
            at = next ?? to;
            await store.SetAsync(merchantId, at, cancellationToken);
            if (next is null)
            {
                return counts;
            }

            counts += await run(merchantId, cancellationToken);
        }

        return null;
    }
}
