namespace Lava.Billing.Subscriptions;

/// <summary>Where the test clocks of test merchants stand.</summary>
public interface ITestClockStore
{
    /// <summary>A merchant's time: the test clock's, or the store's without one.</summary>
    Task<DateTimeOffset> NowAsync(Guid merchantId, CancellationToken cancellationToken);

    /// <summary>Sets a merchant's test clock; it never goes back.</summary>
    Task SetAsync(Guid merchantId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The first moment behind one and not behind another at which something falls due; null: none.</summary>
    Task<DateTimeOffset?> FindNextAsync(Guid merchantId, DateTimeOffset after, DateTimeOffset until, CancellationToken cancellationToken);
}
