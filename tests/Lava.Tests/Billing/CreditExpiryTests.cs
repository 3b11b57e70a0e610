using Lava.Core;
using Lava.Tests.Postgres;
using Lava.Wallets;

namespace Lava.Tests.Billing;

[Collection(BillingCollection.Name)]
public sealed class CreditExpiryTests(PostgresServer server) : IAsyncLifetime
{
    private ExpiryBooks _books = null!;

    public async Task InitializeAsync() => _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Run_UnusedGrant_ExpiresWhole()
    {
        var grant = await _books.GrantAsync(10, ExpiryBooks.Expired);

        await _books.RunAsync();

        Assert.Equal(0, await _books.Books.RemainingAsync(grant));
        Assert.Equal(10, await _books.ExpiredAsync());
        Assert.Equal(-10, await _books.Books.ScalarAsync<long>("select posted from wallets where kind = 4"));
        Assert.Equal(10, await _books.Books.ScalarAsync<long>("select posted from wallets where kind = 7"));
        await _books.AssertBalancedAsync(0);
    }

    [Fact]
    public async Task Run_BeforeItsTime_ExpiresNothing()
    {
        _books.Time.Now = ExpiryBooks.Expired.AddTicks(-TimeSpan.TicksPerMicrosecond);
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.GrantAsync(5, null);

        await _books.RunAsync();

        await _books.AssertBalancedAsync(15);
    }

    [Fact]
    public async Task Run_PartlyUsedGrant_ExpiresTheRest()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        _books.Settle(0, 4);
        await _books.FlushAsync();

        await _books.RunAsync();

        Assert.Equal(6, await _books.ExpiredAsync());
        await _books.AssertBalancedAsync(0);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(7, 3)]
    [InlineData(12, 0)]
    public async Task Run_UsedButNotFlushed_LeavesTheGrantToItsCharges(long used, long expired)
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        _books.Settle(0, used);

        await _books.RunAsync();
        Assert.Equal(_books.Live.Posted, await _books.RebuildAsync());
        await _books.FlushAsync();

        Assert.Equal(expired, await _books.ExpiredAsync());
        Assert.Equal(new Money(10 - used - expired), _books.Live.Posted);
        Assert.Equal(10 - used - expired, await _books.Books.PostedAsync(_books.Wallet));
        Assert.Equal((0m, 0L), await _books.Books.AuditAsync());
    }

    [Fact]
    public async Task Run_OneOfTwoGrantsExpired_UnflushedChargesBurnTheExpiredOne()
    {
        var expired = await _books.GrantAsync(10, ExpiryBooks.Expired);
        var lasting = await _books.GrantAsync(20, ExpiryBooks.Later);
        _books.Settle(0, 7);

        await _books.RunAsync();

        Assert.Equal(3, await _books.ExpiredAsync());
        Assert.Equal(7, await _books.Books.RemainingAsync(expired));
        Assert.Equal(_books.Live.Posted, await _books.RebuildAsync());
        await _books.FlushAsync();
        Assert.Equal(0, await _books.Books.RemainingAsync(expired));
        Assert.Equal(20, await _books.Books.RemainingAsync(lasting));
        await _books.AssertBalancedAsync(20);
    }

    [Fact]
    public async Task Run_SeveralExpired_KeepsTheOneThatBurnsFirst()
    {
        var first = await _books.GrantAsync(10, ExpiryBooks.Expired.AddDays(-2));
        var second = await _books.GrantAsync(10, ExpiryBooks.Expired.AddDays(-1));
        var third = await _books.GrantAsync(10, ExpiryBooks.Expired);
        _books.Settle(0, 13);

        await _books.RunAsync();

        Assert.Equal(10, await _books.Books.RemainingAsync(first));
        Assert.Equal(3, await _books.Books.RemainingAsync(second));
        Assert.Equal(0, await _books.Books.RemainingAsync(third));
        Assert.Equal(1L, await _books.Books.ScalarAsync<long>("select count(distinct expiry_id) from grant_expiries"));
        await _books.FlushAsync();
        await _books.AssertBalancedAsync(0);
    }

    [Fact]
    public async Task Run_OpenHold_KeepsItsMoneyAndTheRestExpiresLater()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        _books.Hold(6);

        await _books.RunAsync();
        Assert.Equal((new Money(6), new Money(6)), (_books.Live.Posted, _books.Live.Reserved));

        _books.Settle(held: 6, debit: 2);
        await _books.RunAsync();
        await _books.FlushAsync();

        Assert.Equal(8, await _books.ExpiredAsync());
        await _books.AssertBalancedAsync(0);
    }

    [Fact]
    public async Task Run_Debt_StaysAsItIs()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        _books.Settle(0, 15);
        await _books.FlushAsync();

        await _books.RunAsync();

        Assert.Equal(0, await _books.ExpiredAsync());
        Assert.Equal(new Money(-5), _books.Live.Posted);
    }

    [Fact]
    public async Task Run_FloorBelowZero_TakesNoMoreThanThereIs()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        _books.Wallets.SetFloor(_books.Wallet, new Money(-100), out _);
        _books.Hold(40);

        await _books.RunAsync();

        Assert.Equal(0, await _books.ExpiredAsync());
        Assert.Equal((new Money(10), new Money(40)), (_books.Live.Posted, _books.Live.Reserved));
    }

    [Fact]
    public async Task Run_GrantThatTheLiveWalletLacks_TakesNothingFromTheOthers()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.GrantAsync(20, ExpiryBooks.Later);

        // As between the commit of the second grant and its credit.
        _books.Wallets.Credit(_books.Wallet, new Money(-20), out _);
        await _books.RunAsync();
        Assert.Equal(0, await _books.ExpiredAsync());

        _books.Wallets.Credit(_books.Wallet, new Money(20), out _);
        await _books.RunAsync();
        await _books.AssertBalancedAsync(20);
    }

    [Fact]
    public async Task Run_Again_DoesNothingTwice()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.GrantAsync(3, null);

        await _books.RunAsync();
        await _books.RunAsync();

        Assert.Equal(10, await _books.ExpiredAsync());
        Assert.Equal(2L, await _books.Books.ScalarAsync<long>("select count(*) from ledger_entries where kind = 3"));
        await _books.AssertBalancedAsync(3);
    }

    [Fact]
    public async Task Run_WalletThatIsNotOpen_IsLeftAlone()
    {
        var (customer, wallet) = await _books.Books.AddCustomerAsync();
        await _books.Books.AddGrantAsync(customer, wallet, 10, ExpiryBooks.Expired.UtcDateTime);

        await _books.RunAsync();

        Assert.Equal(10, await _books.Books.PostedAsync(wallet));
        Assert.False(_books.Wallets.TryRead(wallet, out _));
    }

    [Fact]
    public async Task Run_WhileCallsRunAndAreFlushed_LosesNothing()
    {
        const int calls = 400;
        for (var i = 0; i < 20; i++)
        {
            await _books.GrantAsync(50, ExpiryBooks.Expired.AddMinutes(i));
        }

        var charges = 0L;
        for (var i = 0; i < calls; i++)
        {
            _books.Time.Now = ExpiryBooks.Expired.AddMinutes(i * 20 / calls);
            var round = i % 10 == 0 ? Task.Run(_books.RunAsync) : Task.CompletedTask;
            if (_books.Wallets.Reserve(_books.Wallet, new Money(9), out _) == WalletOutcome.Done)
            {
                _books.Settle(held: 9, debit: 4);
                charges += 4;
            }

            var flush = i % 7 == 0 ? _books.FlushAsync() : Task.CompletedTask;
            await Task.WhenAll(round, flush);
            Assert.True(_books.Live.Posted >= Money.Zero, $"{_books.Live}");
        }

        await _books.FlushAsync();
        await _books.RunAsync();
        Assert.True(charges > 0);
        Assert.Equal(1000 - charges, await _books.ExpiredAsync());
        await _books.AssertBalancedAsync(0);
    }
}
