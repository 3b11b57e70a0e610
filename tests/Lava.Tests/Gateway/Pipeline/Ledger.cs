using Lava.Core;
using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>What must be true whenever no call runs, however the calls before ended.</summary>
internal static class Ledger
{
    /// <summary>Every hold has ended once, only open jobs hold, and the wallets lost what the records say. The records.</summary>
    public static IReadOnlyList<UsageRecord> AssertBalanced(GatewayHarness gateway, Money? credit = null)
    {
        var books = gateway.Books();
        Assert.Equal(0, gateway.Pipeline.InFlight);
        var settled = books.Settles.ToLookup(settle => settle.Entry.HoldId);
        Assert.All(settled, settles => Assert.Single(settles));
        Assert.All(books.Reserves, reserve =>
        {
            var (entry, record) = Assert.Single(settled[reserve.HoldId]);
            var held = books.Progress.Where(progress => progress.Entry.HoldId == reserve.HoldId)
                .Select(progress => progress.Entry.Held).LastOrDefault(reserve.Held);
            Assert.Equal((reserve.WalletId, held), (entry.WalletId, entry.Held));
            Assert.Equal((entry.Debit, entry.Held, entry.WalletId, entry.HoldId), (record.Debit, record.Held, record.WalletId, record.Id));
        });
        var reserved = books.Reserves.Select(reserve => reserve.HoldId).ToHashSet();
        Assert.All(books.Settles, settle => Assert.True(settle.Entry.Held == Money.Zero || reserved.Contains(settle.Entry.HoldId)));
        foreach (var (walletId, balance) in gateway.Wallets.Scan())
        {
            var debits = books.Records.Where(record => record.WalletId == walletId).Sum(record => record.Debit.Units);
            var opening = walletId == TestAccounts.MerchantWallet ? Money.Zero : credit ?? Money.FromDollars(100);
            var open = gateway.Jobs.Open.Where(job => job.Hold.IsHeld && job.Hold.WalletId == walletId).Sum(job => job.Hold.Amount.Units);
            Assert.Equal(new Money(open), balance.Reserved);
            Assert.Equal(new Money(opening.Units - debits), balance.Posted);
        }

        return [.. books.Records];
    }

    /// <summary>Waits for the only call's end; its record, the books balanced.</summary>
    public static async Task<UsageRecord> SettledAsync(GatewayHarness gateway)
    {
        await gateway.EndedAsync();
        return Assert.Single(AssertBalanced(gateway));
    }

    /// <summary>Waits for the only call's end: nothing was recorded, nothing moved.</summary>
    public static async Task NothingHappenedAsync(GatewayHarness gateway)
    {
        await gateway.EndedAsync();
        Assert.Empty(AssertBalanced(gateway));
    }
}
