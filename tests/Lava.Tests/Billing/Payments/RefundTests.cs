using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Money that goes back takes its credit along; money that stays brings it back. A bundle costs 10 and gives 12.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RefundTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;
    private Payment _payment = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        await _books.SubscribeAsync(OverageMode.Block);
        await _books.AddCardAsync();
        await _books.PayAsync(_books.BuyBundle());
        _payment = await _books.OnlyPaymentAsync();
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
        await AssertSoundAsync("10");
    }

    [Fact]
    public async Task Refund_SpentCredit_IsOwed()
    {
        await _books.CallAsync("5");

        await _books.RefundAsync(_payment.Id);

        Assert.Equal(Money.Parse("-5"), _books.Live.Posted);
        await AssertSoundAsync("10");
    }

    [Fact]
    public async Task Refund_WithoutCredit_LeavesTheWallet()
    {
        var refund = (await _books.RefundAsync(_payment.Id, "4", takesCredit: false)).Refund!;
        Assert.Equal((Money.Zero, Money.Parse("12")), (refund.Credit, _books.Live.Posted));

        // What was given without its credit keeps it: only the rest's goes.
        await _books.RefundAsync(_payment.Id);
        Assert.Equal(Money.Parse("4.8"), _books.Live.Posted);
        await AssertSoundAsync("10");
    }

    [Fact]
    public async Task Refund_SameKey_IsOneRefund()
    {
        var first = (await _books.RefundAsync(_payment.Id, "5", key: "k")).Refund!;

        var again = await _books.RefundAsync(_payment.Id, "5", key: "k");

        Assert.Equal((RefundOpeningOutcome.Repeated, first.Id), (again.Outcome, again.Refund!.Id));
        await AssertSoundAsync("5");
    }

    [Fact]
    public async Task Refund_AtOnce_NeverGivesMoreThanWasPaid()
    {
        var openings = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _books.RefundAsync(_payment.Id, "3"))));

        Assert.Equal(3, openings.Count(opening => opening.Outcome == RefundOpeningOutcome.Opened));
        await AssertSoundAsync("9");
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
        await AssertSoundAsync(null);
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

        await AssertSoundAsync("10");
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
        await AssertSoundAsync("2.5");
    }

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
        await AssertSoundAsync("2.5");
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
        await AssertSoundAsync("10");
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
        await AssertSoundAsync("10");
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

        await AssertSoundAsync("10");
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
        await AssertSoundAsync(null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_AfterCreditCameBack_TakesItAgain(bool byDispute)
    {
        if (byDispute)
        {
            await LookAsync(Known("10", DisputeStatus.Open));
            await LookAsync(Known("10", DisputeStatus.Won));
        }
        else
        {
            _books.Provider.DecideRefund = _ => RefundStatus.Failed;
            await _books.RefundAsync(_payment.Id);
            _books.Provider.DecideRefund = _ => RefundStatus.Succeeded;
        }

        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await AssertSoundAsync(null);

        Assert.Equal(Money.Parse("12"), (await _books.RefundAsync(_payment.Id)).Refund!.Credit);
        Assert.Equal(Money.Zero, _books.Live.Posted);
        await AssertSoundAsync("10");
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
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => LookAsync(dispute));
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => _books.Refunds.LookAsync(charge, default));

        await _books.AgeAsync();
        await _books.RunDueAsync();
        Assert.Equal(Money.Parse("24"), _books.Live.Posted);
        await LookAsync(dispute);
        await _books.Refunds.LookAsync(charge, default);

        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await AssertSoundAsync("5");
    }

    [Fact]
    public async Task Dispute_OpensAndIsWon_TakesCreditAndGivesItBack()
    {
        var dispute = Known("5", DisputeStatus.Inquiry);
        await LookAsync(dispute);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);

        await LookAsync(dispute with { Status = DisputeStatus.Open });
        await LookAsync(dispute with { Status = DisputeStatus.Open });
        Assert.Equal(Money.Parse("6"), _books.Live.Posted);
        var card = Assert.Single(await _books.Methods.ListAsync(_books.Customer, null, 10, default));
        Assert.Equal("disputed", card.ErrorCode);

        await LookAsync(dispute with { Status = DisputeStatus.Won });
        await LookAsync(dispute with { Status = DisputeStatus.Won });
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        Assert.Single(await _books.EventsAsync(), told => told.StartsWith("PaymentDisputed", StringComparison.Ordinal));
        await AssertSoundAsync(null);
    }

    [Fact]
    public async Task Dispute_BeginsAgain_TakesAndGivesEachTime()
    {
        // Stripe's inquiry that was closed.
        var dispute = Known("5", DisputeStatus.Won);
        await LookAsync(dispute);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        for (var time = 1; time <= 3; time++)
        {
            await LookAsync(dispute with { Status = DisputeStatus.Open });
            Assert.Equal(Money.Parse("6"), _books.Live.Posted);
            await LookAsync(dispute with { Status = DisputeStatus.Lost });
            Assert.Equal(Money.Parse("6"), _books.Live.Posted);
            await LookAsync(dispute with { Status = DisputeStatus.Won });
            Assert.Equal(Money.Parse("12"), _books.Live.Posted);
            Assert.Equal(time, (await _books.EventsAsync()).Count(told => told.StartsWith("PaymentDisputed", StringComparison.Ordinal)));
            await AssertSoundAsync(null);
        }
    }

    [Fact]
    public async Task Dispute_BeginsAgainBeforeItsCreditIsBack_MustBeToldAgain()
    {
        var dispute = Known("5", DisputeStatus.Open);
        await LookAsync(dispute);
        _books.AdjustmentFault = () => 1;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => LookAsync(dispute with { Status = DisputeStatus.Won }));
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => LookAsync(dispute));
        _books.AdjustmentFault = () => 0;

        await _books.Disputes.RunDueAsync(default);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await LookAsync(dispute);

        Assert.Equal(Money.Parse("6"), _books.Live.Posted);
        await AssertSoundAsync(null);
    }

    [Fact]
    public async Task Dispute_FailsAlways_LeavesOthersTheirTurn()
    {
        _books.AdjustmentFault = () => 1;
        foreach (var name in new[] { "dp_1", "dp_2", "dp_3" })
        {
            var dispute = Known("1", DisputeStatus.Open) with { Reference = name };
            await Assert.ThrowsAsync<StoreUnavailableException>(() => LookAsync(dispute));
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
        Func<Task>[] both = [() => _books.RefundAsync(_payment.Id), () => LookAsync(Known("10", DisputeStatus.Open))];
        await Task.WhenAll((isDisputedFirst ? both.Reverse() : both).Select(Task.Run));

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await AssertSoundAsync("10");
    }

    [Fact]
    public async Task Dispute_Lost_KeepsTheCredit()
    {
        await LookAsync(Known("10", DisputeStatus.Lost));

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await AssertSoundAsync(null);
    }

    [Fact]
    public async Task Dispute_AfterARefundOfTheSameMoney_NeverTakesMoreThanWasGiven()
    {
        await _books.RefundAsync(_payment.Id, "8");
        await LookAsync(Known("10", DisputeStatus.Open));

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await AssertSoundAsync("8");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Dispute_BooksAwayWhileCreditIsTaken_IsSettledByTheRounds(int when)
    {
        _books.AdjustmentFault = () => when;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => LookAsync(Known("10", DisputeStatus.Open)));
        _books.AdjustmentFault = () => 0;

        await _books.RestartAsync();
        await _books.Disputes.RunDueAsync(default);

        Assert.Equal(Money.Zero, _books.Live.Posted);
        await AssertSoundAsync(null);
    }

    private DisputeResult Known(string amount, DisputeStatus status) =>
        new("dp_1", _payment.ProviderReference!, Money.Parse(amount), status, PaymentBooks.Start);

    private Task LookAsync(DisputeResult found)
    {
        _books.Provider.Known[found.Reference] = found;
        return _books.Disputes.LookAsync(found.Reference, PaymentProviderKind.Sandbox, default);
    }

    private async Task AssertSoundAsync(string? refunded)
    {
        await _books.AssertSoundAsync();
        if (refunded is not null)
        {
            var back = _books.Provider.Refunded.Values.Where(made => made.Result.Status == RefundStatus.Succeeded).ToArray();
            Assert.Equal(Money.Parse(refunded), back.Aggregate(Money.Zero, (sum, made) => sum + made.Result.Amount));
        }
    }
}
