using System.Diagnostics;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Tests.Wallets;

public sealed class WalletStoreTests
{
    private static Money Floor => Money.Zero;

    [Fact]
    public void Reserve_MoreThanAvailable_IsInsufficientAndChangesNothing()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(100), Floor);
        Assert.Equal(WalletOutcome.Done, store.Reserve(1, new Money(60), out _));

        Assert.Equal(WalletOutcome.Insufficient, store.Reserve(1, new Money(41), out var balance));

        Assert.Equal(new WalletBalance(new Money(100), new Money(60), Floor), balance);
        Assert.True(store.TryRead(1, out var after));
        Assert.Equal(balance, after);
    }

    [Fact]
    public void Reserve_ExactlyAvailable_IsDone()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(100), new Money(-20));

        Assert.Equal(WalletOutcome.Done, store.Reserve(1, new Money(120), out var balance));
        Assert.Equal(Money.Zero, balance.Available);
    }

    [Fact]
    public void Settle_DebitOverHold_LeavesDebt()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(10), Floor);
        store.Reserve(1, new Money(10), out _);

        Assert.Equal(WalletOutcome.Done, store.Settle(1, new Money(10), new Money(25), out var balance));

        Assert.Equal(new WalletBalance(new Money(-15), Money.Zero, Floor), balance);
        Assert.Equal(Money.Zero, balance.Available);
        Assert.Equal(WalletOutcome.Insufficient, store.Reserve(1, new Money(1), out _));
    }

    [Fact]
    public void Release_AfterReserve_ReturnsAll()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(10), Floor);
        store.Reserve(1, new Money(7), out _);

        store.Release(1, new Money(7), out var balance);

        Assert.Equal(new Money(10), balance.Available);
    }

    [Fact]
    public void Reserve_NoFloor_NeverRefuses()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(-5), WalletBalance.NoFloor);

        Assert.Equal(WalletOutcome.Done, store.Reserve(1, Money.MaxValue, out var balance));
        Assert.Equal(Money.MaxValue, balance.Available);
    }

    [Fact]
    public void SetFloor_BelowOpenHolds_RefusesOnlyNewOnes()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(100), Floor);
        store.Reserve(1, new Money(80), out _);

        Assert.Equal(WalletOutcome.Done, store.SetFloor(1, new Money(50), out var balance));

        Assert.Equal(new Money(80), balance.Reserved);
        Assert.Equal(WalletOutcome.Insufficient, store.Reserve(1, new Money(1), out _));
        Assert.Equal(WalletOutcome.Done, store.Settle(1, new Money(80), new Money(80), out _));
    }

    [Fact]
    public void AnyOperation_MissingWallet_IsNotFoundAndMakesNone()
    {
        using var store = new WalletStore(4);

        Assert.Equal(WalletOutcome.NotFound, store.Reserve(9, new Money(1), out _));
        Assert.Equal(WalletOutcome.NotFound, store.Settle(9, Money.Zero, new Money(1), out _));
        Assert.Equal(WalletOutcome.NotFound, store.Release(9, Money.Zero, out _));
        Assert.Equal(WalletOutcome.NotFound, store.Credit(9, new Money(1), out _));
        Assert.Equal(WalletOutcome.NotFound, store.SetFloor(9, Floor, out _));
        Assert.False(store.TryRead(9, out _));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Open_Twice_KeepsTheFirst()
    {
        using var store = new WalletStore(4);
        Assert.True(store.Open(1, new Money(5), Floor));

        Assert.False(store.Open(1, new Money(50), Floor));

        Assert.True(store.TryRead(1, out var balance));
        Assert.Equal(new Money(5), balance.Posted);
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void Open_OverCapacity_Throws()
    {
        using var store = new WalletStore(2);
        store.Open(1, Money.Zero, Floor);
        store.Open(2, Money.Zero, Floor);

        Assert.Throws<InvalidOperationException>(() => store.Open(3, Money.Zero, Floor));
        Assert.Equal(2, store.Count);
        Assert.False(store.TryRead(3, out _));
    }

    [Fact]
    public void Open_UpToCapacity_KeepsEveryWallet()
    {
        const int Capacity = 200_000;
        using var store = new WalletStore(Capacity);
        for (var id = 1; id <= Capacity; id++)
        {
            store.Open(id, new Money(id), Floor);
        }

        var seen = new HashSet<long>();
        foreach (var (id, balance) in store.Scan())
        {
            Assert.Equal(new Money(id), balance.Posted);
            Assert.True(seen.Add(id));
        }

        Assert.Equal(Capacity, seen.Count);
        Assert.Equal(Capacity, store.Count);
    }

    [Fact]
    public void NegativeAmounts_WhereTheLawForbidsThem_Throw()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(5), Floor);

        Assert.Throws<ArgumentOutOfRangeException>(() => store.Reserve(1, new Money(-1), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Settle(1, new Money(-1), Money.Zero, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Settle(1, Money.Zero, new Money(-1), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Release(1, new Money(-1), out _));
    }

    [Fact]
    public void Release_MoreThanReserved_ThrowsAndChangesNothing()
    {
        using var store = new WalletStore(4);
        store.Open(1, new Money(5), Floor);
        store.Reserve(1, new Money(2), out _);

        Assert.Throws<UnreachableException>(() => store.Release(1, new Money(3), out _));

        store.TryRead(1, out var balance);
        Assert.Equal(new Money(2), balance.Reserved);
    }

    [Fact]
    public void Credit_OutOfRange_ThrowsAndLeavesTheWalletUsable()
    {
        using var store = new WalletStore(4);
        store.Open(1, Money.MaxValue, Floor);

        Assert.Throws<OverflowException>(() => store.Credit(1, new Money(1), out _));

        Assert.Equal(WalletOutcome.Done, store.Reserve(1, new Money(1), out var balance));
        Assert.Equal(Money.MaxValue, balance.Posted);
    }

    [Fact]
    public void Available_DeepFloor_DoesNotOverflow()
    {
        var balance = new WalletBalance(Money.MaxValue, Money.Zero, new Money(-long.MaxValue));

        Assert.Equal(Money.MaxValue, balance.Available);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task ManyThreads_OnFewWallets_ConserveMoneyAndNeverPassTheFloor(int wallets)
    {
        const int Threads = 8;
        const int Steps = 100_000;
        const long Start = 10_000;
        using var store = new WalletStore(wallets);
        for (var i = 0; i < wallets; i++)
        {
            store.Open(i, new Money(Start), Floor);
        }

        var tasks = Enumerable.Range(0, Threads)
            .Select(thread => Task.Factory.StartNew(() => Spend(store, wallets, Steps, thread), TaskCreationOptions.LongRunning));
        var results = await Task.WhenAll(tasks);

        var posted = store.Scan().Sum(wallet => wallet.Balance.Posted.Units);
        Assert.Equal((wallets * Start) + results.Sum(), posted);
        Assert.All(store.Scan(), wallet => Assert.Equal(Money.Zero, wallet.Balance.Reserved));
    }

    // Debits never exceed their hold: no wallet may ever be seen below its floor. Returns what was put in less what was taken.
    private static long Spend(WalletStore store, int wallets, int steps, int seed)
    {
        var random = new Random(seed);
        long net = 0;
        for (var step = 0; step < steps; step++)
        {
            var wallet = random.Next(wallets);
            var amount = random.NextInt64(1, 3000);
            if (store.Reserve(wallet, new Money(amount), out var balance) == WalletOutcome.Done)
            {
                Assert.True(balance.Posted >= balance.Reserved);
                var debit = random.NextInt64(0, amount + 1);
                store.Settle(wallet, new Money(amount), new Money(debit), out balance);
                net -= debit;
            }
            else
            {
                store.Credit(wallet, new Money(amount), out balance);
                net += amount;
            }

            Assert.True(balance.Posted - balance.Reserved >= Floor);
        }

        return net;
    }

    [Fact]
    public async Task Open_SameWalletFromManyThreads_OpensItOnce()
    {
        using var store = new WalletStore(1000);
        var opened = 0;
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var id = 0; id < 500; id++)
                {
                    if (store.Open(id, new Money(1), Floor))
                    {
                        Interlocked.Increment(ref opened);
                    }
                }
            },
            TaskCreationOptions.LongRunning));
        await Task.WhenAll(tasks);

        Assert.Equal(500, opened);
        Assert.Equal(500, store.Count);
        Assert.Equal(500, store.Scan().Count());
    }

    [Fact]
    public void ReserveAndSettle_SteadyState_AllocateNothing()
    {
        using var store = new WalletStore(4);
        store.Open(1, Money.FromDollars(1), Floor);
        Assert.Equal(0, Allocations.Least(() => Pairs(store, 10_000)));
    }

    private static void Pairs(WalletStore store, int count)
    {
        for (var i = 0; i < count; i++)
        {
            store.Reserve(1, new Money(5), out _);
            store.Settle(1, new Money(5), Money.Zero, out _);
        }
    }
}
