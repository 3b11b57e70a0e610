using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;
using Npgsql;

namespace Lava.Tests.Billing;

[Collection(BillingCollection.Name)]
public sealed class ExpiryFaultTests(PostgresServer server) : IAsyncLifetime
{
    private ExpiryBooks _books = null!;

    public async Task InitializeAsync() => _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Run_TransactionFails_ReleasesAndTriesLater()
    {
        var grant = await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.Books.ExecuteAsync("alter table ledger_entries add constraint broken check (kind <> 3)");

        await Assert.ThrowsAsync<PostgresException>(_books.RunAsync);
        Assert.Equal(10, await _books.Books.RemainingAsync(grant));
        await _books.AssertBalancedAsync(10);

        await _books.Books.ExecuteAsync("alter table ledger_entries drop constraint broken");
        await RunTwiceAsync();
        await _books.AssertBalancedAsync(0);
    }

    [Fact]
    public async Task Run_OneWalletFails_TheNextRoundGoesOnBehindIt()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.Books.ExecuteAsync(
            $"alter table ledger_entries add constraint broken check (kind <> 3 or wallet_id <> {_books.Wallet})");
        await _books.AddCustomerAsync();
        await _books.GrantAsync(7, ExpiryBooks.Expired);

        await Assert.ThrowsAsync<PostgresException>(_books.RunAsync);
        await _books.AssertBalancedAsync(7);

        await _books.RunAsync();
        await _books.AssertBalancedAsync(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_AnswerLost_HoldsTheMoneyUntilTheStoreSays(bool committed)
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.GrantAsync(4, null);
        var store = new LossyStore(_books.Store) { IsAway = true, CommitsFirst = committed };
        var expiry = new CreditExpiry(store, _books.Wallets, _books.Time);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => expiry.RunAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => expiry.RunAsync(CancellationToken.None));
        Assert.Equal((new Money(14), new Money(10)), (_books.Live.Posted, _books.Live.Reserved));
        Assert.Equal(1, store.Attempts);

        store.IsAway = false;
        await expiry.RunAsync(CancellationToken.None);
        await expiry.RunAsync(CancellationToken.None);

        Assert.Equal(10, await _books.ExpiredAsync());
        await _books.AssertBalancedAsync(4);
    }

    [Fact]
    public async Task Run_ProcessDiesInDoubt_RestartFindsTheRightBalance()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.GrantAsync(4, null);
        _books.Settle(0, 3);
        var store = new LossyStore(_books.Store) { IsAway = true, CommitsFirst = true };
        var expiry = new CreditExpiry(store, _books.Wallets, _books.Time);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => expiry.RunAsync(CancellationToken.None));

        Assert.Equal(new Money(4), await _books.RebuildAsync());
    }

    [Fact]
    public async Task Run_NewerProcessHasTheWallets_BooksNothing()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        await _books.TakeAsync();

        await Assert.ThrowsAsync<FencedException>(_books.RunAsync);

        await _books.AssertBalancedAsync(10);
    }

    [Fact]
    public async Task IsCommitted_TransactionStillRuns_WaitsForIt()
    {
        await _books.GrantAsync(10, ExpiryBooks.Expired);
        var id = Ids.New(_books.Time);
        Task<bool>? asked = null;

        await _books.Store.ExpireAsync(
            id,
            _books.Wallet,
            expired =>
            {
                asked = _books.Store.IsCommittedAsync(id, _books.Wallet, CancellationToken.None);
                _books.WaitUntilBlocked(asked);
                return expired.Remaining;
            },
            CancellationToken.None);

        Assert.True(await asked!);
        Assert.False(await _books.Store.IsCommittedAsync(Ids.New(_books.Time), _books.Wallet, CancellationToken.None));
    }

    // A round behind the failed wallet, and one from the start.
    private async Task RunTwiceAsync()
    {
        await _books.RunAsync();
        await _books.RunAsync();
    }

    /// <summary>Loses the answers of the store while it is away, of transactions that were committed or were not.</summary>
    private sealed class LossyStore(IExpiryStore store) : IExpiryStore
    {
        public bool IsAway { get; set; }

        public bool CommitsFirst { get; init; }

        public int Attempts { get; private set; }

        public Task<List<long>> FindAsync(long after, int limit, CancellationToken cancellationToken) =>
            store.FindAsync(after, limit, cancellationToken);

        public async Task ExpireAsync(Guid expiryId, long walletId, Func<UnspentCredit, Money> take, CancellationToken cancellationToken)
        {
            Attempts++;
            if (!IsAway)
            {
                await store.ExpireAsync(expiryId, walletId, take, cancellationToken);
                return;
            }

            await store.ExpireAsync(
                expiryId,
                walletId,
                expired =>
                {
                    var amount = take(expired);
                    return CommitsFirst ? amount : throw new StoreUnavailableException("cut");
                },
                cancellationToken);
            throw new StoreUnavailableException("answer lost");
        }

        public Task<bool> IsCommittedAsync(Guid expiryId, long walletId, CancellationToken cancellationToken) =>
            IsAway ? throw new StoreUnavailableException("away") : store.IsCommittedAsync(expiryId, walletId, cancellationToken);
    }
}
