using Lava.Core;
using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>What must be true when no session runs.</summary>
internal static class RealtimeBooks
{
    /// <summary>Every hold has ended once, by a record or given back; nothing is reserved; the wallets lost what the records say.</summary>
    public static IReadOnlyList<UsageRecord> AssertBalanced(GatewayHarness gateway, Money? credit = null)
    {
        var books = gateway.Books();
        Assert.Equal(0, gateway.Pipeline.InFlight);
        var ends = books.Settles.Select(settle => settle.Entry).Where(entry => entry.Held != Money.Zero).Concat(books.Voids).ToList();
        Assert.Equal(books.Reserves.Select(reserve => reserve.HoldId).Order(), ends.Select(end => end.HoldId).Order());
        Assert.Equal(books.Settles.Count, books.Records.Select(record => record.RequestId).Distinct().Count());
        Assert.All(
            books.Settles, settle => Assert.Equal((settle.Entry.Debit, settle.Entry.HoldId), (settle.Record.Debit, settle.Record.Id)));
        foreach (var (walletId, balance) in gateway.Wallets.Scan())
        {
            var debits = books.Records.Where(record => record.WalletId == walletId).Sum(record => record.Debit.Units);
            var opening = walletId == TestAccounts.MerchantWallet ? Money.Zero : credit ?? Money.FromDollars(100);
            Assert.Equal(Money.Zero, balance.Reserved);
            Assert.Equal(new Money(opening.Units - debits), balance.Posted);
        }

        return [.. books.Records];
    }
}
