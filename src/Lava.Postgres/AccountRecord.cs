namespace Lava.Postgres;

/// <summary>The test and the live merchant of one business.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">What people read.</param>
/// <param name="TestMerchantId">The merchant of its test data.</param>
/// <param name="LiveMerchantId">The merchant of its live data.</param>
/// <param name="IsFirst">The store's oldest account: its operator's.</param>
public sealed record AccountRecord(Guid Id, string Name, Guid TestMerchantId, Guid LiveMerchantId, bool IsFirst);
