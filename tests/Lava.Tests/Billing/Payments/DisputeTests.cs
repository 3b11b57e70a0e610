using Lava.Billing.Payments;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Money that its payer takes back takes its credit along, and brings it back. A bundle costs 10 and gives 12.</summary>
[Collection(BillingCollection.Name)]
public sealed class DisputeTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;
    private Payment _payment = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        _payment = await _books.BuyBundleAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_AfterCreditCameBack_TakesItAgain(bool byDispute)
    {
        if (byDispute)
        {
            await _books.DisputeAsync(Known("10", DisputeStatus.Open));
            await _books.DisputeAsync(Known("10", DisputeStatus.Won));
        }
        else
        {
            _books.Provider.DecideRefund = _ => RefundStatus.Failed;
            await _books.RefundAsync(_payment.Id);
            _books.Provider.DecideRefund = _ => RefundStatus.Succeeded;
        }

        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.AssertSoundAsync();

        Assert.Equal(Money.Parse("12"), (await _books.RefundAsync(_payment.Id)).Refund!.Credit);
        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Look_BeforeThePaymentIsBooked_MustBeToldAgain()
    {
        _books.Provider.Fault = step => step == "charge" ? 2 : 0;
        await _books.PayAsync(_books.BuyBundle());
        _books.Provider.Fault = _ => 0;
        var charge = StandInProvider.NameOf((await _books.PaymentsAsync())[0].Id, 1);
        var dispute = Known("5", DisputeStatus.Open) with { ChargeReference = charge };
        _books.Provider.RefundThere(charge, "5", RefundStatus.Succeeded);
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => _books.DisputeAsync(dispute));
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => _books.Refunds.LookAsync(charge, default));

        await _books.AgeAsync();
        await _books.RunDueAsync();
        Assert.Equal(Money.Parse("24"), _books.Live.Posted);
        await _books.DisputeAsync(dispute);
        await _books.Refunds.LookAsync(charge, default);

        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.AssertRefundedAsync("5");
    }

    [Fact]
    public async Task Dispute_OpensAndIsWon_TakesCreditAndGivesItBack()
    {
        var dispute = Known("5", DisputeStatus.Inquiry);
        await _books.DisputeAsync(dispute);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);

        await _books.DisputeAsync(dispute with { Status = DisputeStatus.Open });
        await _books.DisputeAsync(dispute with { Status = DisputeStatus.Open });
        Assert.Equal(Money.Parse("6"), _books.Live.Posted);
        var card = Assert.Single(await _books.Methods.ListAsync(_books.Customer, null, 10, default));
        Assert.Equal("disputed", card.ErrorCode);

        await _books.DisputeAsync(dispute with { Status = DisputeStatus.Won });
        await _books.DisputeAsync(dispute with { Status = DisputeStatus.Won });
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        Assert.Single(await _books.EventsAsync(), told => told.StartsWith("PaymentDisputed", StringComparison.Ordinal));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Dispute_BeginsAgain_TakesAndGivesEachTime()
    {
        // Stripe's inquiry that was closed.
        var dispute = Known("5", DisputeStatus.Won);
        await _books.DisputeAsync(dispute);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        for (var time = 1; time <= 3; time++)
        {
            await _books.DisputeAsync(dispute with { Status = DisputeStatus.Open });
            Assert.Equal(Money.Parse("6"), _books.Live.Posted);
            await _books.DisputeAsync(dispute with { Status = DisputeStatus.Lost });
            Assert.Equal(Money.Parse("6"), _books.Live.Posted);
            await _books.DisputeAsync(dispute with { Status = DisputeStatus.Won });
            Assert.Equal(Money.Parse("12"), _books.Live.Posted);
            Assert.Equal(time, (await _books.EventsAsync()).Count(told => told.StartsWith("PaymentDisputed", StringComparison.Ordinal)));
            await _books.AssertSoundAsync();
        }
    }

    [Fact]
    public async Task Dispute_BeginsAgainBeforeItsCreditIsBack_MustBeToldAgain()
    {
        var dispute = Known("5", DisputeStatus.Open);
        await _books.DisputeAsync(dispute);
        _books.AdjustmentFault = () => 1;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.DisputeAsync(dispute with { Status = DisputeStatus.Won }));
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => _books.DisputeAsync(dispute));
        _books.AdjustmentFault = () => 0;

        await _books.Disputes.RunDueAsync(default);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.DisputeAsync(dispute);

        Assert.Equal(Money.Parse("6"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Dispute_FailsAlways_LeavesOthersTheirTurn()
    {
        _books.AdjustmentFault = () => 1;
        foreach (var name in new[] { "dp_1", "dp_2", "dp_3" })
        {
            var dispute = Known("1", DisputeStatus.Open) with { Reference = name };
            await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.DisputeAsync(dispute));
        }

        var turns = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            turns.AddRange((await _books.DisputeStore.FindUnsettledAsync(1, default)).Select(dispute => dispute.Reference));
        }

        Assert.Equal(["dp_1", "dp_2", "dp_3"], turns);
        await _books.Books.ExecuteAsync("update disputes set next_look_at = clock_timestamp() - interval '1 second'");
        Assert.Equal(3, (await _books.DisputeStore.FindUnsettledAsync(10, default)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_WhileADisputeOpens_CreditIsTakenOnce(bool isDisputedFirst)
    {
        Func<Task>[] both = [() => _books.RefundAsync(_payment.Id), () => _books.DisputeAsync(Known("10", DisputeStatus.Open))];
        await Task.WhenAll((isDisputedFirst ? both.Reverse() : both).Select(Task.Run));

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertRefundedAsync("10");
    }

    [Fact]
    public async Task Dispute_Lost_KeepsTheCredit()
    {
        await _books.DisputeAsync(Known("10", DisputeStatus.Lost));

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Dispute_AfterARefundOfTheSameMoney_NeverTakesMoreThanWasGiven()
    {
        await _books.RefundAsync(_payment.Id, "8");
        await _books.DisputeAsync(Known("10", DisputeStatus.Open));

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertRefundedAsync("8");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Dispute_BooksAwayWhileCreditIsTaken_IsSettledByTheRounds(int when)
    {
        _books.AdjustmentFault = () => when;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.DisputeAsync(Known("10", DisputeStatus.Open)));
        _books.AdjustmentFault = () => 0;

        await _books.RestartAsync();
        await _books.Disputes.RunDueAsync(default);

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    private DisputeResult Known(string amount, DisputeStatus status) =>
        new("dp_1", _payment.ProviderReference!, Money.Parse(amount), status, PaymentBooks.Start);
}
