using Lava.Billing.Payments;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Whatever fails while money goes back: it goes once, and its credit with it. A bundle costs 10 and gives 12.</summary>
[Collection(BillingCollection.Name)]
public sealed class RefundFaultTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;
    private Payment _payment = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        _payment = await _books.BuyBundleAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task RefundMadeAtTheProvider_WhoeverNotedItDied_IsLookedForAndNeverAskedFor()
    {
        _books.Provider.RefundThere(_payment.ProviderReference!, "2.5", RefundStatus.Succeeded);
        var (charge, made) = _books.Provider.Refunded.Values.Single();
        await _books.RefundStore.AdoptAsync(Ids.New(TimeProvider.System), charge, made, default);

        await _books.Refunds.RunDueAsync(default);

        Assert.DoesNotContain("refund", _books.Provider.Calls);
        var refund = Assert.Single(await _books.RefundsAsync(_payment.Id));
        Assert.Equal((RefundOrigin.Provider, RefundStatus.Succeeded), (refund.Origin, refund.Status));
        Assert.Equal(Money.Parse("9"), _books.Live.Posted);
        await _books.AssertRefundedAsync("2.5");
    }

    [Theory]
    [InlineData("refund", 1)]
    [InlineData("refund", 2)]
    public async Task Refund_ProviderDoesNotAnswer_IsLookedForBeforeItIsAskedForAgain(string step, int when)
    {
        _books.Provider.Fault = name => name == step ? when : 0;
        Assert.Equal(RefundStatus.Waiting, (await _books.RefundAsync(_payment.Id)).Refund!.Status);
        _books.Provider.Fault = _ => 0;

        await _books.RestartAsync();
        await _books.AgeAsync();
        await _books.Refunds.RunDueAsync(default);

        Assert.Equal(when == 1 ? 2 : 1, _books.Provider.Calls.Count(call => call == "refund"));
        await _books.AssertRefundedAsync("10");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Refund_BooksAwayWhileCreditIsTaken_GoesOnOnce(int when)
    {
        _books.AdjustmentFault = () => when;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.RefundAsync(_payment.Id));
        Assert.Empty(_books.Provider.Refunded);
        _books.AdjustmentFault = () => 0;

        await _books.RestartAsync();
        await _books.AgeAsync();
        await _books.Refunds.RunDueAsync(default);

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Refund_LookIsRefused_SaysNothingOfTheRefund()
    {
        _books.Provider.Fault = step => step == "refund" ? 1 : 0;
        await _books.RefundAsync(_payment.Id);
        _books.Provider.Fault = step => step == "find refund" ? throw new ProviderRefusedException("key") : 0;
        await _books.AgeAsync();
        await _books.Refunds.RunDueAsync(default);
        Assert.Equal(RefundStatus.Waiting, Assert.Single(await _books.RefundsAsync(_payment.Id)).Status);

        _books.Provider.Fault = _ => 0;
        await _books.AgeAsync();
        await _books.Refunds.RunDueAsync(default);

        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Refund_NewsWhileItRuns_AreNotLost()
    {
        _books.AdjustmentFault = () => 1;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.RefundAsync(_payment.Id));
        var id = Assert.Single(await _books.RefundsAsync(_payment.Id)).Id;
        using var reached = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        _books.AdjustmentFault = () =>
        {
            reached.Release();
            gate.Wait();
            return 0;
        };
        var paid = new RefundResult("re_1", id, Money.Parse("10"), RefundStatus.Succeeded, null);
        var first = Task.Run(() => _books.Refunds.RunAsync(id, paid));
        await reached.WaitAsync();
        var second = _books.Refunds.RunAsync(id, paid with { Status = RefundStatus.Failed, FailureCode = "lost_or_stolen_card" });
        gate.Set();
        await first;

        Assert.Equal(RefundStatus.Failed, (await second)!.Status);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }
}
