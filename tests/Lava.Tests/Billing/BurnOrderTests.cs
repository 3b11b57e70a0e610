using Lava.Billing.Credits;
using Lava.Core;
using Lava.Tests.Postgres;
using Lava.Wallets;

namespace Lava.Tests.Billing;

/// <summary>Grants of every class against a list that is sorted as the specification says, compared grant by grant.</summary>
[Collection(BillingCollection.Name)]
public sealed class BurnOrderTests(PostgresServer server) : IAsyncLifetime
{
    private readonly List<(Guid Id, int Class, DateTimeOffset Expires, long Left)> _model = [];
    private ExpiryBooks _books = null!;
    private Guid _bundle;

    public async Task InitializeAsync()
    {
        _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());
        var plan = Ids.New(TimeProvider.System);
        _bundle = Ids.New(TimeProvider.System);
        await _books.Books.ExecuteAsync(
            """
            insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
              created_at) values ($1, $2, 'P', 0, 0, 2, 0, 0, now())
            """,
            plan, _books.Books.MerchantId);
        await _books.Books.ExecuteAsync(
            """
            insert into credit_bundles (credit_bundle_id, plan_id, name, cost, credit_amount, created_at)
            values ($1, $2, 'B', 1, 1, now())
            """,
            _bundle, plan);
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Flush_OneCallOverAllClasses_TakesCycleThenGrantsThenBundlesThenOwes()
    {
        await GiveAsync(2, 10, null);
        await GiveAsync(1, 10, null);
        await GiveAsync(1, 10, ExpiryBooks.Later);
        await GiveAsync(0, 10, null);

        await SpendAsync(34);
        await AssertAsync();
        Assert.Equal([6, 0, 0, 0], _model.OrderByDescending(grant => grant.Class).Select(grant => grant.Left));

        _books.Wallets.SetFloor(_books.Wallet, new Money(-100), out _);
        await SpendAsync(9);
        await _books.AssertBalancedAsync(-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Flush_RandomGrantsAndCalls_LeavesWhatTheOrderSays(int seed)
    {
        var random = new Random(seed);
        for (var step = 0; step < 40; step++)
        {
            if (random.Next(2) == 0)
            {
                DateTimeOffset? expires = random.Next(2) == 0 ? null : ExpiryBooks.Later.AddHours(random.Next(100));
                await GiveAsync(random.Next(3), random.Next(1, 50), expires);
            }
            else
            {
                await SpendAsync(random.Next(1, 60));
            }

            await AssertAsync();
        }

        await _books.AssertBalancedAsync(_model.Sum(grant => grant.Left));
    }

    private async Task GiveAsync(int burnClass, long amount, DateTimeOffset? expires)
    {
        var origin = burnClass switch { 0 => CreditOrigin.CycleCredit, 1 => CreditOrigin.Grant, _ => CreditOrigin.Purchase };
        var grant = _books.Credit(origin, amount, expires: expires) with { CreditBundleId = burnClass == 2 ? _bundle : null };
        await _books.GiveAsync(grant);
        _model.Add((grant.Id, burnClass, expires ?? DateTimeOffset.MaxValue, amount));
    }

    private async Task SpendAsync(long amount)
    {
        if (_books.Wallets.Reserve(_books.Wallet, new Money(amount), out _) != WalletOutcome.Done)
        {
            return;
        }

        _books.Settle(amount, amount);
        await _books.FlushAsync();
        foreach (var grant in _model.OrderBy(grant => grant.Class).ThenBy(grant => grant.Expires).ThenBy(grant => grant.Id).ToArray())
        {
            var part = Math.Min(amount, grant.Left);
            _model[_model.IndexOf(grant)] = grant with { Left = grant.Left - part };
            amount -= part;
        }
    }

    private async Task AssertAsync()
    {
        foreach (var grant in _model)
        {
            Assert.Equal(grant.Left, await _books.Books.RemainingAsync(grant.Id));
        }
    }
}
