using Lava.Billing.Payments;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Money that goes back takes its credit along. A bundle costs 10 and gives 12.</summary>
[Collection(BillingCollection.Name)]
public sealed class RefundTests(PostgresServer server) : IAsyncLifetime
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
    public async Task Refund_InParts_TakesCreditInProportionAndTells()
    {
        var first = (await _books.RefundAsync(_payment.Id, "2.5")).Refund!;
        Assert.Equal((RefundStatus.Succeeded, Money.Parse("3")), (first.Status, first.Credit));
        Assert.Equal(Money.Parse("9"), _books.Live.Posted);

        var rest = (await _books.RefundAsync(_payment.Id)).Refund!;
        Assert.Equal((Money.Parse("7.5"), Money.Parse("9")), (rest.Amount, rest.Credit));
        Assert.Equal(Money.Zero, _books.Live.Posted);
        Assert.Equal(RefundOpeningOutcome.TooMuch, (await _books.RefundAsync(_payment.Id, "0.01")).Outcome);
        Assert.Equal(2, (await _books.EventsAsync()).Count(told => told.StartsWith("PaymentRefunded", StringComparison.Ordinal)));
        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Refund_SpentCredit_IsOwed()
    {
        await _books.CallAsync("5");

        await _books.RefundAsync(_payment.Id);

        Assert.Equal(Money.Parse("-5"), _books.Live.Posted);
        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Refund_WithoutCredit_LeavesTheWallet()
    {
        var refund = (await _books.RefundAsync(_payment.Id, "4", takesCredit: false)).Refund!;
        Assert.Equal((Money.Zero, Money.Parse("12")), (refund.Credit, _books.Live.Posted));

        // What was given without its credit keeps it: only the rest's goes.
        await _books.RefundAsync(_payment.Id);
        Assert.Equal(Money.Parse("4.8"), _books.Live.Posted);
        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Refund_SameKey_IsOneRefund()
    {
        var first = (await _books.RefundAsync(_payment.Id, "5", key: "k")).Refund!;

        var again = await _books.RefundAsync(_payment.Id, "5", key: "k");

        Assert.Equal((RefundOpeningOutcome.Repeated, first.Id), (again.Outcome, again.Refund!.Id));
        await _books.AssertRefundedAsync("5");
    }

    [Fact]
    public async Task Refund_AtOnce_NeverGivesMoreThanWasPaid()
    {
        var openings = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _books.RefundAsync(_payment.Id, "3"))));

        Assert.Equal(3, openings.Count(opening => opening.Outcome == RefundOpeningOutcome.Opened));
        await _books.AssertRefundedAsync("9");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_Fails_GivesItsCreditBack(bool later)
    {
        _books.Provider.DecideRefund = _ => later ? RefundStatus.Succeeded : RefundStatus.Failed;
        var refund = (await _books.RefundAsync(_payment.Id)).Refund!;
        if (later)
        {
            Assert.Equal(Money.Zero, _books.Live.Posted);
            _books.Provider.RefundThere(_payment.ProviderReference!, "10", RefundStatus.Failed, refund.Id);
            await _books.Refunds.LookAsync(_payment.ProviderReference!, default);
            await _books.Refunds.LookAsync(_payment.ProviderReference!, default);
        }

        // Nobody was told that it was back, unless it was.
        Assert.Equal(
            later ? ["PaymentRefunded", "PaymentRefundFailed"] : [],
            (await _books.EventsAsync()).Select(told => told.Split(' ')[0])
                .Where(kind => kind.StartsWith("PaymentR", StringComparison.Ordinal)));
        var ended = Assert.Single(await _books.RefundsAsync(_payment.Id));
        Assert.Equal((RefundStatus.Failed, Money.Zero), (ended.Status, ended.Credit));
        Assert.Matches("^[a-z_0-9]+$", ended.FailureCode);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        Assert.Equal(RefundOpeningOutcome.Opened, (await _books.RefundAsync(_payment.Id, "1")).Outcome);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Refund_Pending_IsLookedAtUntilItEnds()
    {
        _books.Provider.DecideRefund = _ => RefundStatus.Asked;
        var refund = (await _books.RefundAsync(_payment.Id)).Refund!;
        Assert.Equal(RefundStatus.Asked, refund.Status);
        _books.Provider.RefundThere(_payment.ProviderReference!, "10", RefundStatus.Succeeded, refund.Id);
        await _books.Refunds.RunDueAsync(default);
        Assert.Equal(RefundStatus.Asked, Assert.Single(await _books.RefundsAsync(_payment.Id)).Status);

        await _books.AgeAsync();
        await _books.Refunds.RunDueAsync(default);

        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Look_RefundMadeAtTheProvider_TakesItsCreditOnce()
    {
        _books.Provider.RefundThere(_payment.ProviderReference!, "2.5", RefundStatus.Succeeded);

        await _books.Refunds.LookAsync(_payment.ProviderReference!, default);
        await _books.Refunds.LookAsync(_payment.ProviderReference!, default);

        var refund = Assert.Single(await _books.RefundsAsync(_payment.Id));
        Assert.Equal((RefundOrigin.Provider, RefundStatus.Succeeded), (refund.Origin, refund.Status));
        Assert.Equal(Money.Parse("9"), _books.Live.Posted);
        await _books.AssertRefundedAsync("2.5");
    }
}
