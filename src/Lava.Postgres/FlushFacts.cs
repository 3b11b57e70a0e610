using Lava.Core;
using Lava.Metering;

namespace Lava.Postgres;

/// <summary>What of a usage record changes more than its own row: balances, grants, tiers.</summary>
/// <param name="Id">The call.</param>
/// <param name="MerchantId">Its merchant.</param>
/// <param name="CustomerId">Its customer; null: none.</param>
/// <param name="MeterId">Its meter; null: none.</param>
/// <param name="WalletId">The wallet that pays.</param>
/// <param name="Billed">Does the customer pay?</param>
/// <param name="Debit">What is paid.</param>
/// <param name="Units">What counts in the meter's tiers.</param>
/// <param name="CycleStart">The billing cycle that it counts in.</param>
internal readonly record struct FlushFacts(
    Guid Id, Guid MerchantId, Guid? CustomerId, Guid? MeterId, long WalletId, bool Billed, Money Debit, long Units, DateOnly CycleStart)
{
    public static FlushFacts Of(UsageRecord record) => new(
        record.Id, record.MerchantId, record.CustomerId, record.MeterId, record.WalletId, record.Billed, record.Debit, record.Units,
        record.CycleStart);
}
