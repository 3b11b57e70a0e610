using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;
using Npgsql;

namespace Lava.Tests.Billing;

[Collection(BillingCollection.Name)]
public sealed class AdjustmentFaultTests(PostgresServer server) : IAsyncLifetime
{
    private ExpiryBooks _books = null!;

    public async Task InitializeAsync() => _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData(-6)]
    [InlineData(6)]
    public async Task Adjust_TransactionFails_LeavesEverythingAsItWas(long amount)
    {
        await _books.GrantAsync(10, null);
        await _books.Books.ExecuteAsync("alter table adjustments add constraint broken check (false)");

        await Assert.ThrowsAsync<PostgresException>(() => _books.AdjustAsync(Correction(amount)));
        await _books.AssertBalancedAsync(10);

        await _books.Books.ExecuteAsync("alter table adjustments drop constraint broken");
        await _books.AdjustAsync(Correction(amount));
        await _books.AssertBalancedAsync(10 + amount);
    }

    [Theory]
    [InlineData(true, -6)]
    [InlineData(false, -6)]
    [InlineData(true, 6)]
    [InlineData(false, 6)]
    public async Task Adjust_AnswerLost_NeverShowsMoneyThatTheStoreMayLack(bool committed, long amount)
    {
        await _books.GrantAsync(10, null);
        var store = new LossyStore(_books.AdjustmentStore) { IsAway = true, CommitsFirst = committed };
        var adjustments = new CreditAdjustments(store, _books.Wallets);
        var correction = Correction(amount);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => adjustments.AdjustAsync(correction, CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => adjustments.AdjustAsync(Correction(1), CancellationToken.None));
        Assert.Equal(new Money(Math.Min(10, 10 + amount)), _books.Live.Posted);
        Assert.Equal(1, store.Attempts);

        store.IsAway = false;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => adjustments.ResolveDoubtsAsync(CancellationToken.None)));
        await _books.AssertBalancedAsync(committed ? 10 + amount : 10);

        var repeated = await adjustments.AdjustAsync(correction with { Id = Ids.New(_books.Time) }, CancellationToken.None);
        Assert.Equal(committed ? AdjustmentOutcome.Repeated : AdjustmentOutcome.Booked, repeated.Outcome);
        await _books.AssertBalancedAsync(10 + amount);
    }

    [Theory]
    [InlineData(-6)]
    [InlineData(6)]
    public async Task Adjust_ProcessDiesInDoubt_RestartFindsTheRightBalance(long amount)
    {
        await _books.GrantAsync(10, null);
        _books.Settle(0, 3);
        var store = new LossyStore(_books.AdjustmentStore) { IsAway = true, CommitsFirst = true };
        var adjustments = new CreditAdjustments(store, _books.Wallets);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => adjustments.AdjustAsync(Correction(amount), CancellationToken.None));

        Assert.Equal(new Money(7 + amount), await _books.RebuildAsync());
    }

    [Fact]
    public async Task Adjust_NewerProcessHasTheWallets_BooksNothing()
    {
        await _books.GrantAsync(10, null);
        await _books.TakeAsync();

        await Assert.ThrowsAsync<FencedException>(() => _books.AdjustAsync(Correction(-6)));
        await Assert.ThrowsAsync<FencedException>(() => _books.AdjustAsync(Correction(6)));

        await _books.AssertBalancedAsync(10);
    }

    private NewAdjustment Correction(long amount) => _books.Adjustment(AdjustmentKind.Correction, amount, key: $"{amount}");

    /// <summary>Loses the answers of the store while it is away, of transactions that were committed or were not.</summary>
    private sealed class LossyStore(IAdjustmentStore store) : IAdjustmentStore
    {
        public bool IsAway { get; set; }

        public bool CommitsFirst { get; init; }

        public int Attempts { get; private set; }

        public async Task<AdjustmentResult> BookAsync(
            NewAdjustment adjustment, Func<UnspentCredit, bool> take, CancellationToken cancellationToken)
        {
            Attempts++;
            if (!IsAway)
            {
                return await store.BookAsync(adjustment, take, cancellationToken);
            }

            if (CommitsFirst)
            {
                await store.BookAsync(adjustment, take, cancellationToken);
            }
            else if (adjustment.Amount < Money.Zero)
            {
                take(default);
            }

            throw new StoreUnavailableException("answer lost");
        }

        public Task<Money> FindBookedAsync(NewAdjustment adjustment, CancellationToken cancellationToken) =>
            IsAway ? throw new StoreUnavailableException("away") : store.FindBookedAsync(adjustment, cancellationToken);

        public Task<List<Adjustment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
            store.ListAsync(customerId, before, limit, cancellationToken);
    }
}
