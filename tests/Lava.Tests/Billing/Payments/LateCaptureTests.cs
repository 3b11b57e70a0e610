using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Server.Api.Payments;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Money that came when it was not wanted any more, money that differs, and payments that a person left.</summary>
[Collection(BillingCollection.Name)]
public sealed class LateCaptureTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        await _books.SubscribeAsync(OverageMode.Block);
        await _books.AddCardAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Resume_CapturedAfterItFailed_GivesItBackOnce()
    {
        _books.Provider.Decide = _ => "generic_decline";
        Assert.Equal(PaymentStatus.Failed, await _books.PayAsync(_books.BuyAttended()));
        Assert.Contains("cancel", _books.Provider.Calls);
        var payment = await _books.OnlyPaymentAsync();
        var charge = StandInProvider.NameOf(payment.Id, 1);
        _books.Provider.CaptureLate(charge);
        _books.Lates.Add(charge);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _books.Cards.ResumeChargeAsync(charge, default)));
        Assert.True(await _books.Cards.ResumeChargeAsync(charge, default));
        await _books.Refunds.RunDueAsync(default);

        var refund = Assert.Single(await _books.RefundsAsync(payment.Id));
        Assert.Equal(
            (RefundOrigin.LateCapture, RefundStatus.Succeeded, Money.Parse("10"), Money.Zero),
            (refund.Origin, refund.Status, refund.Amount, refund.Credit));
        Assert.Equal((Money.Zero, PaymentStatus.Failed), (_books.Live.Posted, (await _books.OnlyPaymentAsync()).Status));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Resume_EarlierAttemptCapturedToo_GivesTheSecondMoneyBack()
    {
        var charge = await PayTwiceAsync();
        var payment = await _books.OnlyPaymentAsync();

        await _books.Cards.ResumeChargeAsync(charge, default);
        await _books.Refunds.RunDueAsync(default);

        Assert.Equal(charge, Assert.Single(await _books.RefundsAsync(payment.Id)).ChargeReference);
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Resume_SecondMoneyAndBooksAway_CreditsTheFirstOnce(int when)
    {
        var charge = await PayTwiceAsync();
        _books.Store.Fault = step => step == "succeed" ? when : 0;
        await Assert.ThrowsAnyAsync<Exception>(() => _books.Cards.ResumeChargeAsync(charge, default));
        _books.Store.Fault = _ => 0;

        await _books.RunDueAsync();
        Assert.True(await _books.Cards.ResumeChargeAsync(charge, default));
        await _books.Refunds.RunDueAsync(default);

        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Resume_LateChargeCantBeRead_MustBeToldAgain()
    {
        var charge = await PayTwiceAsync();
        _books.Provider.Fault = step => step == "read" ? 1 : 0;
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => _books.Cards.ResumeChargeAsync(charge, default));
        _books.Provider.Fault = _ => 0;

        Assert.True(await _books.Cards.ResumeChargeAsync(charge, default));
        await _books.Refunds.RunDueAsync(default);

        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Refund_OfALateChargeFails_IsToldAndTriedAgainLater()
    {
        var charge = await PayTwiceAsync();
        _books.Provider.DecideRefund = _ => RefundStatus.Failed;
        await _books.Cards.ResumeChargeAsync(charge, default);
        await _books.Refunds.RunDueAsync(default);
        Assert.Single(_books.Stuck);
        await _books.Refunds.RunDueAsync(default);
        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal(
            [RefundStatus.Waiting, RefundStatus.Failed], (await _books.RefundsAsync(payment.Id)).Select(refund => refund.Status));

        _books.Provider.DecideRefund = _ => RefundStatus.Succeeded;
        await _books.AgeAsync();
        await _books.Refunds.RunDueAsync(default);

        Assert.Equal(
            [RefundStatus.Succeeded, RefundStatus.Failed], (await _books.RefundsAsync(payment.Id)).Select(refund => refund.Status));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task NotTaken_OverAndOver_PausesAndIsDeclinedAtLast()
    {
        _books.Provider.Fault = step => step == "prepare" ? 1 : 0;
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        for (var look = 0; look < 8; look++)
        {
            await _books.AgeAsync();
            await _books.RunDueAsync();
            var waiting = await _books.OnlyPaymentAsync();
            Assert.Equal(
                (PaymentStatus.Waiting, null, look + 1, look > 0),
                (waiting.Status, waiting.DeclineCode, waiting.Attempts, waiting.NextAttemptAt > _books.Now));
            await _books.AdvanceAsync(TimeSpan.FromHours(1));
            await _books.RunDueAsync();
        }

        await _books.AgeAsync();
        await _books.RunDueAsync();

        var declined = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Waiting, DeclineCodes.Refused, 9), (declined.Status, declined.DeclineCode, declined.Attempts));
    }

    [Fact]
    public async Task Pay_ChargeDiffers_IsHeldAndNothingIsCredited()
    {
        _books.Provider.Mismatch = "amount";

        Assert.Equal(PaymentStatus.Attempting, await _books.PayAsync(_books.BuyBundle()));

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Review, "amount", Money.Zero), (payment.Status, payment.Review, _books.Live.Posted));
        Assert.Single(_books.Held);
        _books.Provider.Mismatch = null;
        await _books.AgeAsync();
        await _books.RunDueAsync();
        await _books.Cards.ResumeChargeAsync(StandInProvider.NameOf(payment.Id, 1), default);
        Assert.Equal(PaymentStatus.Review, (await _books.OnlyPaymentAsync()).Status);
        Assert.Empty(await _books.RefundsAsync(payment.Id));
        Assert.Equal(RefundOpeningOutcome.NotPaid, (await _books.RefundAsync(payment.Id)).Outcome);
    }

    [Fact]
    public async Task Restart_AttendedWithoutAnswer_IsEndedAndNeverTakenBehindThePersonsBack()
    {
        _books.Provider.Fault = step => step == "charge" ? 1 : 0;
        Assert.Equal(PaymentStatus.Attempting, await _books.PayAsync(_books.BuyAttended()));
        _books.Provider.Fault = _ => 0;

        await _books.RestartAsync();
        await _books.RunDueAsync();

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Failed, DeclineCodes.Interrupted), (payment.Status, payment.DeclineCode));
        Assert.Empty(_books.Provider.Captured);
        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.BuyAttended()));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Restart_AttendedPaidWithoutAnswer_IsBooked()
    {
        _books.Provider.Fault = step => step == "charge" ? 2 : 0;
        await _books.PayAsync(_books.BuyAttended());
        _books.Provider.Fault = _ => 0;

        await _books.RestartAsync();
        await _books.RunDueAsync();

        Assert.Equal(PaymentStatus.Succeeded, (await _books.OnlyPaymentAsync()).Status);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Resume_WhileItMayBeRunning_BooksWhatItReadsAndEndsNothing()
    {
        _books.Provider.Fault = step => step == "charge" ? 1 : 0;
        await _books.PayAsync(_books.BuyAttended());
        _books.Provider.Fault = _ => 0;
        var payment = await _books.OnlyPaymentAsync();

        Assert.Equal(PaymentStatus.Attempting, (await _books.Cards.ResumeAsync(payment.Id, default))!.Status);
        _books.Provider.CaptureLate(StandInProvider.NameOf(payment.Id, 1));
        Assert.Equal(PaymentStatus.Succeeded, (await _books.Cards.ResumeAsync(payment.Id, default))!.Status);

        Assert.DoesNotContain("cancel", _books.Provider.Calls);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task NotTaken_NobodyWaits_IsAttemptedAnewAndCountsForNoSchedule()
    {
        _books.Provider.Fault = step => step == "charge" ? 1 : 0;
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        for (var look = 0; look < 3; look++)
        {
            await _books.AgeAsync();
            await _books.RunDueAsync();
        }

        Assert.Equal((4, 1), (_books.Provider.Asked, (await _books.OnlyPaymentAsync()).Attempts));
        _books.Provider.Fault = _ => 0;
        await _books.AgeAsync();
        await _books.RunDueAsync();
        var waiting = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Waiting, _books.Now, null), (waiting.Status, waiting.NextAttemptAt, waiting.DeclineCode));
        await _books.RunDueAsync();

        Assert.Equal((PaymentStatus.Succeeded, 2), ((await _books.OnlyPaymentAsync()).Status, (await _books.OnlyPaymentAsync()).Attempts));
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunDue_TwoWorkersAtOnce_ChargeOnce(bool isInDoubt)
    {
        if (isInDoubt)
        {
            _books.Provider.Fault = step => step == "charge" ? 1 : 0;
            await _books.PayAsync(_books.Renew(Guid.NewGuid()));
            _books.Provider.Fault = _ => 0;
            await _books.AgeAsync();
        }
        else
        {
            await _books.PaymentStore.OpenAsync(Ids.New(TimeProvider.System), _books.Renew(Guid.NewGuid()), default);
        }

        await Task.WhenAll(_books.OtherWorkers().Select(worker => Task.Run(() => worker.RunDueAsync(default))));

        Assert.Equal(PaymentStatus.Succeeded, (await _books.OnlyPaymentAsync()).Status);
        Assert.Single(_books.Provider.Captured);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task RunDue_ProviderIsSilent_EndsAndBooksWhatComesLater()
    {
        var answer = new TaskCompletionSource();
        _books.Turn = TimeSpan.FromMilliseconds(50);
        await _books.RestartAsync();
        _books.Provider.Delay = answer.Task;
        var renewal = _books.Renew(Guid.NewGuid());

        // Not declined: the cycle waits for the answer.
        Assert.Equal(PaymentStatus.Attempting, (await _books.Cards.OpenAndAttemptInTurnAsync(renewal, default)).Status);
        Assert.Equal(PaymentStatus.Attempting, (await _books.Cards.OpenAndAttemptInTurnAsync(renewal, default)).Status);
        await _books.RunDueAsync();
        Assert.Equal(PaymentStatus.Attempting, (await _books.OnlyPaymentAsync()).Status);

        answer.SetResult();
        await _books.Cards.ResumeAsync((await _books.OnlyPaymentAsync()).Id, default);
        Assert.Equal(PaymentStatus.Succeeded, (await _books.OnlyPaymentAsync()).Status);
        Assert.Single(_books.Provider.Captured);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Authentication_Confirmed_IsPaid()
    {
        _books.Provider.Decide = _ => DeclineCodes.AuthenticationRequired;
        Assert.Equal(PaymentStatus.Attempting, await _books.PayAsync(_books.BuyAttended()));
        await _books.RunDueAsync();
        var payment = await _books.OnlyPaymentAsync();

        Assert.Equal(PaymentStatus.Succeeded, (await _books.Cards.AnswerAsync(payment, isDone: true)).Status);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Authentication_Refused_FailsAndTheChargeIsEnded()
    {
        _books.Provider.Decide = _ => DeclineCodes.AuthenticationRequired;
        await _books.PayAsync(_books.BuyAttended());

        var failed = await _books.Cards.AnswerAsync(await _books.OnlyPaymentAsync(), isDone: false);

        Assert.Equal((PaymentStatus.Failed, DeclineCodes.AuthenticationRequired), (failed.Status, failed.DeclineCode));
        Assert.Contains("cancel", _books.Provider.Calls);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task RunDue_AttendedAndNeverAttempted_IsNotCharged()
    {
        await _books.PaymentStore.OpenAsync(Ids.New(TimeProvider.System), _books.BuyAttended(), default);

        await _books.RunDueAsync();

        Assert.Equal((PaymentStatus.Waiting, 0), ((await _books.OnlyPaymentAsync()).Status, _books.Provider.Asked));
    }

    [Fact]
    public async Task CardChanged_AtItsProvider_IsShownAndOneThatIsGoneIsNotCharged()
    {
        await _books.Books.ExecuteAsync("update payment_methods set provider = 1, reference = 'pm_1'");
        var acts = new ProviderEventActs(
            _books.Cards, _books.Refunds, _books.Disputes, _books.Methods, _books.Floors, _books);

        await acts.CardChangedAsync("pm_1", new SavedCard("pm_1", "visa", "1881", 7, 2031, "f"), default);
        await acts.CardChangedAsync("pm_other", null, default);
        var card = Assert.Single(await _books.Methods.ListAsync(_books.Customer, null, 10, default));
        Assert.Equal(("1881", 2031, null), (card.Last4, card.ExpiryYear, card.ErrorCode));

        await acts.CardChangedAsync("pm_1", null, default);
        Assert.Equal(PaymentStatus.Failed, await _books.PayAsync(_books.BuyBundle()));
        Assert.Equal(0, _books.Provider.Asked);
    }

    [Fact]
    public async Task Events_OfNobodysCharges_ChangeNothing()
    {
        var acts = new ProviderEventActs(
            _books.Cards, _books.Refunds, _books.Disputes, _books.Methods, _books.Floors, _books);

        Assert.False(await acts.ResumeChargeAsync("pi_other", default));
        await acts.ResumePaymentAsync(Guid.NewGuid(), default);
        await acts.LookAtRefundsAsync("pi_other", default);
        await acts.LookAtDisputeAsync("dp_other", default);

        await _books.AssertSoundAsync();
    }

    // A payment that was paid by its second attempt, and then by the first one, too: the name of that charge.
    private async Task<string> PayTwiceAsync()
    {
        _books.Provider.Decide = order => order.Attempt == 1 ? "generic_decline" : null;
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        await _books.AdvanceAsync(TimeSpan.FromHours(1));
        await _books.RunDueAsync();
        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Succeeded, 2), (payment.Status, payment.Attempts));
        var charge = StandInProvider.NameOf(payment.Id, 1);
        _books.Provider.CaptureLate(charge);
        _books.Lates.Add(charge);
        return charge;
    }

    [Fact]
    public async Task Decline_WordsOfTheProvider_ReachNoTable()
    {
        _books.Provider.Decide = _ => "stolen_card";
        await _books.PayAsync(_books.BuyBundle());

        Assert.Equal(0L, await _books.Books.ScalarAsync<long>(
            "select (select count(*) from payment_methods m where m::text like '%Words%') "
            + "+ (select count(*) from payments p where p::text like '%Words%')"));
        Assert.NotNull(Assert.Single(await _books.Methods.ListAsync(_books.Customer, null, 10, default)).ErrorMessage);
    }
}
