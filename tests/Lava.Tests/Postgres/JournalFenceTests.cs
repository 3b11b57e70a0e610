using Lava.Billing.Credits;
using Lava.Postgres;
using Lava.Tests.Billing;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class JournalFenceTests(PostgresServer server) : IAsyncLifetime
{
    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private ExpiryBooks _books = null!;

    public async Task InitializeAsync() => _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Hold_WhileTheFlusherWrites_DoesNotKeepItWaiting()
    {
        var adjustment = _books.Adjustment(AdjustmentKind.Correction, -5);
        await _books.AddCustomerAsync();
        _books.Settle(0, 3);
        var flushed = false;

        await BookAsync(adjustment, () => flushed = _books.FlushAsync().Wait(Limit));

        Assert.True(flushed);
        await _books.AssertBalancedAsync(-3);
    }

    [Fact]
    public async Task Hold_WhileANewerProcessStarts_KeepsItWaiting()
    {
        Task<JournalPosition>? taken = null;

        await BookAsync(_books.Adjustment(AdjustmentKind.Correction, -5), () =>
        {
            taken = _books.TakeAsync();
            _books.WaitUntilBlocked(taken);
            Assert.False(taken.IsCompleted);
        });

        await taken!.WaitAsync(Limit);
        await _books.AssertBalancedAsync(-5);
        await Assert.ThrowsAsync<FencedException>(() => _books.AdjustAsync(_books.Adjustment(AdjustmentKind.Correction, -5)));
    }

    /// <summary>Books an adjustment; something happens in the middle of its transaction.</summary>
    private Task BookAsync(NewAdjustment adjustment, Action meanwhile) => _books.AdjustmentStore.BookAsync(
        adjustment,
        unspent =>
        {
            meanwhile();
            _books.Wallets.Credit(adjustment.WalletId, adjustment.Amount, out _);
            return true;
        },
        CancellationToken.None);
}
