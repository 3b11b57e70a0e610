using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;
using Lava.Wallets;

namespace Lava.Tests.Billing;

/// <summary>Everything that moves a customer's money, at random and at once: the books agree after every step.</summary>
[Collection(BillingCollection.Name)]
public sealed class LedgerMixTests(PostgresServer server) : IAsyncLifetime
{
    private const int Steps = 15;
    private readonly List<Guid> _grants = [];
    private ExpiryBooks _books = null!;

    public async Task InitializeAsync() => _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mix_OfAllKindsAtOnce_LeavesTheBooksInAgreement(int seed)
    {
        var random = new Random(seed);
        await OneOfEachAsync();
        for (var step = 0; step < Steps; step++)
        {
            _books.Time.Now = ExpiryBooks.Expired.AddHours(step);
            Call(random);
            var running = Enumerable.Range(0, 6).Select(_ => Start(random)).ToList();
            running.Add(random.Next(2) == 0 ? _books.FlushAsync() : Task.CompletedTask);
            running.Add(random.Next(3) == 0 ? Task.Run(_books.RunAsync) : Task.CompletedTask);
            await Task.WhenAll(running);
            Assert.Equal(await _books.RebuildAsync(), _books.Live.Posted);
        }

        await _books.FlushAsync();
        await _books.AssertBalancedAsync(await _books.Books.PostedAsync(_books.Wallet));
        await AssertEveryKindAsync();
    }

    // What chance may leave out: which of those that run at once comes first decides whether there is a debt, or anything to expire.
    private async Task OneOfEachAsync()
    {
        _books.Time.Now = ExpiryBooks.Expired.AddHours(-1);
        await GiveAsync(_books.Credit(CreditOrigin.CycleCredit, 10, "cycle", expires: ExpiryBooks.Expired));
        _books.Time.Now = ExpiryBooks.Expired;
        await _books.RunAsync();
        await GiveAsync(_books.Credit(CreditOrigin.Purchase, 10, "payment"));
        await _books.RefundAsync(_grants[^1], 10);
        await _books.AdjustAsync(_books.Adjustment(AdjustmentKind.Correction, -10));
        await _books.AdjustAsync(_books.Adjustment(AdjustmentKind.Debt, 5));
        await GiveAsync(_books.Credit(CreditOrigin.Grant, 100, key: "grant"));
        Call(new Random(0));
    }

    private void Call(Random random)
    {
        var amount = random.Next(1, 60);
        if (_books.Wallets.Reserve(_books.Wallet, new Money(amount), out _) == WalletOutcome.Done)
        {
            // More than was held, now and then.
            _books.Settle(amount, random.Next(1, amount + 10));
        }
    }

    // Each is sent twice: only one of the two may count.
    private Task Start(Random random)
    {
        var amount = random.Next(1, 100);
        var key = $"{random.NextInt64()}";
        return random.Next(6) switch
        {
            0 => GiveAsync(_books.Credit(CreditOrigin.Grant, amount, key: key)),
            1 => GiveAsync(_books.Credit(CreditOrigin.Purchase, amount, reference: key)),
            2 => GiveAsync(_books.Credit(CreditOrigin.CycleCredit, amount, key, expires: _books.Time.Now.AddHours(random.Next(2, 8)))),
            3 => TwiceAsync(_books.Adjustment(
                AdjustmentKind.Refund, amount, AnyGrant(random), key, remainingOnly: random.Next(2) == 0)),
            4 => TwiceAsync(_books.Adjustment(AdjustmentKind.Debt, amount, key: key)),
            _ => TwiceAsync(_books.Adjustment(AdjustmentKind.Correction, random.Next(2) == 0 ? amount : -4 * amount, key: key)),
        };
    }

    private Guid AnyGrant(Random random)
    {
        lock (_grants)
        {
            return _grants[random.Next(_grants.Count)];
        }
    }

    private async Task GiveAsync(NewGrant grant)
    {
        var again = grant with { Id = Ids.New(TimeProvider.System) };
        var results = await Task.WhenAll(Task.Run(() => _books.GiveAsync(grant)), Task.Run(() => _books.GiveAsync(again)));
        Assert.Equal([GrantOutcome.Given, GrantOutcome.Repeated], results.Select(result => result.Outcome).Order());
        lock (_grants)
        {
            _grants.Add(results[0].Grant!.Id);
        }
    }

    private async Task TwiceAsync(NewAdjustment adjustment)
    {
        var again = adjustment with { Id = Ids.New(TimeProvider.System) };
        var results = await Task.WhenAll(
            Task.Run(() => _books.AdjustAsync(adjustment)), Task.Run(() => _books.AdjustAsync(again)));
        Assert.InRange(results.Count(result => result.Outcome == AdjustmentOutcome.Booked), 0, 1);
    }

    /// <summary>Every kind was booked, each against its own account, and each account holds nothing else.</summary>
    private async Task AssertEveryKindAsync()
    {
        foreach (var kind in Enum.GetValues<EntryKind>().Where(kind => kind is not (EntryKind.ProviderCost or EntryKind.Overage)))
        {
            var customer = await SumAsync(kind, WalletKind.Customer);
            Assert.True(customer != 0, $"{kind} was never booked: the mix is not one.");
            Assert.Equal(-customer, await SumAsync(kind, EntryRule.Of(kind).Contra));
            Assert.Equal(-customer, await _books.Books.ScalarAsync<long>(
                "select posted from wallets where kind = $1", (short)EntryRule.Of(kind).Contra));
        }
    }

    private Task<long> SumAsync(EntryKind kind, WalletKind account) => _books.Books.ScalarAsync<long>(
        """
        select coalesce(sum(amount), 0)::bigint from ledger_entries e join wallets w on w.wallet_id = e.wallet_id
        where e.kind = $1 and w.kind = $2
        """,
        (short)kind,
        (short)account);
}
