using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>A renewal that was declined, paid by its customer on the page: attended, once, and otherwise asked for as before.</summary>
[Collection(BillingCollection.Name)]
public sealed class DueRenewalTests(PostgresServer server) : IAsyncLifetime
{
    private const string AsksBank = "pm_card_authenticationRequired";
    private const string DeclinesCharge = "pm_card_chargeCustomerFail";
    private CheckoutBooks _books = null!;
    private Guid _plan;
    private Guid _customer;
    private long _wallet;

    public async Task InitializeAsync()
    {
        _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());
        _plan = await _books.AddPlanAsync("25", "20");
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, _plan)));
        (_customer, _wallet) = await _books.OnlyCustomerAsync();
        await _books.Books.ExecuteAsync($"update payment_methods set reference = '{DeclinesCharge}'");
        await _books.AdvanceAsync(CheckoutBooks.Start.AddMonths(1));
        await _books.Renewals.RunAsync(_books.Books.MerchantId, default);
        _books.Charged.Clear();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Pay_CardThatAsksTheBank_IsAskedOnThePageAndRenewsOnce()
    {
        var visit = await VisitAsync();
        var confirm = await ChooseAsync(visit, AsksBank);

        var asked = await _books.PayAsync(visit, confirm);
        var done = await _books.Checkout.AuthenticateAsync(visit, true, default);

        Assert.Equal((CheckoutStep.Authenticate, CheckoutPurchase.Due), (asked.Step, asked.Quote!.Kind));
        Assert.Equal(CheckoutStep.Done, done!.Step);
        var order = Assert.Single(_books.Charged);
        Assert.Equal((true, AsksBank, 2), (order.IsAttended, order.MethodReference, order.Attempt));
        await AssertRenewedAsync();
        Assert.Equal(AsksBank, await DefaultCardAsync());
    }

    [Fact]
    public async Task Pay_QuestionRefused_IsSaidBesideTheCard_AndAnotherCardPays()
    {
        var visit = await VisitAsync();
        var before = await RenewalAsync();
        await _books.PayAsync(visit, await ChooseAsync(visit, AsksBank));

        var refused = (await _books.Checkout.AuthenticateAsync(visit, false, default))!;
        var after = await RenewalAsync();
        var done = await _books.PayAsync(visit, await ChooseAsync(visit, "pm_card_visa"));

        Assert.Equal(CheckoutStep.Confirm, refused.Step);
        Assert.Equal(
            new CheckoutError("card", DeclineWords.Of(DeclineCodes.AuthenticationRequired)), Assert.Single(refused.Errors));
        Assert.Equal((PaymentStatus.Waiting, before.NextAttemptAt, false), (after.Status, after.NextAttemptAt, after.Terms.IsAttended));
        Assert.Equal(CheckoutStep.Done, done.Step);
        await AssertRenewedAsync();
        Assert.Equal("pm_card_visa", await DefaultCardAsync());
    }

    [Fact]
    public async Task Pay_Declined_ChangesNeitherTheDefaultCardNorTheSchedule()
    {
        var visit = await VisitAsync();
        var before = await RenewalAsync();

        var declined = await _books.PayAsync(visit, await ChooseAsync(visit, DeclinesCharge));

        Assert.Equal(CheckoutStep.Confirm, declined.Step);
        Assert.Equal(new CheckoutError("card", DeclineWords.Of("generic_decline")), Assert.Single(declined.Errors));
        var after = await RenewalAsync();
        Assert.Equal((PaymentStatus.Waiting, before.NextAttemptAt), (after.Status, after.NextAttemptAt));
        Assert.Equal(1, await _books.Books.ScalarAsync<long>(
            "select count(*) from payment_methods where is_default and deleted_at is null and last4 = '4242'"));
        Assert.Equal(CheckoutPurchase.Due, (await _books.ShowAsync(visit)).Quote!.Kind);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Question_ThatNobodyAnswers_LapsesAndTheScheduleGoesOn()
    {
        var visit = await VisitAsync();
        var before = await RenewalAsync();
        await _books.PayAsync(visit, await ChooseAsync(visit, AsksBank));
        await _books.Books.ExecuteAsync(
            "update payment_attempts set sent_at = sent_at - interval '31 min', looked_at = looked_at - interval '31 min'");

        await _books.Cards.RunDueAsync(default);

        var lapsed = await RenewalAsync();
        Assert.Equal(
            (PaymentStatus.Waiting, before.NextAttemptAt, DeclineCodes.AuthenticationRequired),
            (lapsed.Status, lapsed.NextAttemptAt, lapsed.DeclineCode));
        Assert.Equal(CheckoutStep.Confirm, (await _books.ShowAsync(visit)).Step);
        await _books.AdvanceAsync(before.NextAttemptAt!.Value);
        await _books.Cards.RunDueAsync(default);
        Assert.Equal(
            [(AsksBank, true), (DeclinesCharge, false)], _books.Charged.Select(order => (order.MethodReference, order.IsAttended)));
    }

    [Fact]
    public async Task DeadProcess_BeforeTheAttempt_LeavesTheScheduleAlone()
    {
        var visit = await VisitAsync();
        var before = await RenewalAsync();
        await ChooseAsync(visit, "pm_card_visa");
        await TakeAsync(visit);

        _books.Compose();
        await _books.Cards.RunDueAsync(default);
        await _books.Store.RemoveOldAsync(default);

        Assert.Equal(before.NextAttemptAt, (await RenewalAsync()).NextAttemptAt);
        Assert.Empty(_books.Charged);
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, await _books.ShowAsync(visit))).Step);
        await AssertRenewedAsync();
    }

    [Fact]
    public async Task DeadProcess_InTheAttempt_TakesNothingBehindAnybodysBack()
    {
        var visit = await VisitAsync();
        var before = await RenewalAsync();
        await ChooseAsync(visit, "pm_card_visa");
        var taken = (await TakeAsync(visit)).Payment!;
        Assert.NotNull(await _books.Payments.AttendAsync(taken, await ChosenAsync(visit), default));
        Assert.Equal(CheckoutStep.Processing, (await _books.ShowAsync(visit)).Step);

        _books.Compose();
        await _books.Cards.RunDueAsync(default);

        var after = await RenewalAsync();
        Assert.Equal((PaymentStatus.Waiting, before.NextAttemptAt, false), (after.Status, after.NextAttemptAt, after.Terms.IsAttended));
        Assert.Empty(_books.Charged);
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, await _books.ShowAsync(visit))).Step);
        await AssertRenewedAsync();
    }

    [Fact]
    public async Task DeadProcess_InTheAttemptOfOneThatWasNeverDeclined_IsDueAtOnce()
    {
        var visit = await VisitAsync();
        await ChooseAsync(visit, "pm_card_visa");
        await _books.Books.ExecuteAsync("delete from payment_attempts where outcome = 1");
        var taken = (await TakeAsync(visit)).Payment!;
        await _books.Payments.AttendAsync(taken, await ChosenAsync(visit), default);

        _books.Compose();
        await _books.Cards.RunDueAsync(default);

        var after = await RenewalAsync();
        Assert.Equal((PaymentStatus.Waiting, CheckoutBooks.Start.AddMonths(1)), (after.Status, after.NextAttemptAt));
    }

    [Fact]
    public async Task Pay_TwoClicksASecondTabAndTheWorkerAtOnce_ChargesOnce()
    {
        var visit = await VisitAsync();
        var confirm = await ChooseAsync(visit, "pm_card_mastercard");
        await _books.AdvanceAsync((await RenewalAsync()).NextAttemptAt!.Value);
        var gate = Hold();

        var clicks = Enumerable.Range(0, 3).Select(_ => Task.Run(() => _books.PayAsync(visit, confirm))).ToArray();
        await gate.Reached;
        var rounds = Enumerable.Range(0, 3).Select(_ => Task.Run(() => _books.Cards.RunDueAsync(default))).ToArray();
        await Task.WhenAll(rounds);
        gate.Open();
        var shown = await Task.WhenAll(clicks);

        Assert.Equal("pm_card_mastercard", Assert.Single(_books.Charged).MethodReference);
        Assert.Contains(shown, view => view.Step == CheckoutStep.Done);
        Assert.All(shown, view => Assert.True(view.Step is CheckoutStep.Done or CheckoutStep.Processing));
        await AssertRenewedAsync();
    }

    [Fact]
    public async Task Pay_WhileTheWorkerTriesTheOldCard_IsToldToWait_AndPaysAfterwards()
    {
        var visit = await VisitAsync();
        var confirm = await ChooseAsync(visit, "pm_card_mastercard");
        await _books.AdvanceAsync((await RenewalAsync()).NextAttemptAt!.Value);
        var gate = Hold();
        var round = Task.Run(() => _books.Cards.RunDueAsync(default));
        await gate.Reached;

        var told = await _books.PayAsync(visit, confirm);
        gate.Open();
        await round;
        var done = await _books.PayAsync(visit, told);

        Assert.Equal(CheckoutStep.Confirm, told.Step);
        Assert.Contains("under way", Assert.Single(told.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(CheckoutStep.Done, done.Step);
        Assert.Equal([DeclinesCharge, "pm_card_mastercard"], _books.Charged.Select(order => order.MethodReference));
        await AssertRenewedAsync();
    }

    [Fact]
    public async Task Pay_WhileAnotherSessionPaysTheSameRenewal_IsToldToWait()
    {
        var (first, second) = (await VisitAsync(), await VisitAsync());
        var confirm = await ChooseAsync(first, "pm_card_visa");
        var late = await ChooseAsync(second, "pm_card_mastercard");
        var gate = Hold();
        var paying = Task.Run(() => _books.PayAsync(first, confirm));
        await gate.Reached;

        var told = await _books.PayAsync(second, late);
        gate.Open();

        Assert.Equal(CheckoutStep.Confirm, told.Step);
        Assert.Contains("under way", Assert.Single(told.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(CheckoutStep.Done, (await paying).Step);
        Assert.Equal(CheckoutProblem.AlreadySubscribed, (await _books.ShowAsync(second)).Problem);
        await AssertRenewedAsync();
    }

    [Fact]
    public async Task Attend_SeenBeforeAnotherAttempt_BeginsNone()
    {
        var visit = await VisitAsync();
        await ChooseAsync(visit, "pm_card_visa");
        var taken = (await TakeAsync(visit)).Payment!;
        var card = await ChosenAsync(visit);

        Assert.Null(await _books.Payments.AttendAsync(taken with { Attempts = 0 }, card, default));
        Assert.Null(await _books.Payments.AttendAsync(
            taken with { Terms = taken.Terms with { CheckoutSessionId = Guid.NewGuid() } }, card, default));
        Assert.Null(await _books.Payments.AttendAsync(taken, Guid.NewGuid(), default));
        Assert.NotNull(await _books.Payments.AttendAsync(taken, card, default));
        Assert.Null(await _books.Payments.AttendAsync(taken, card, default));
    }

    // Charges are held up; the first of them is told.
    private (Task Reached, Action Open) Hold()
    {
        var (reached, open) = (new TaskCompletionSource(), new TaskCompletionSource());
        _books.Charging = () =>
        {
            reached.TrySetResult();
            return open.Task;
        };
        return (reached.Task.WaitAsync(TimeSpan.FromSeconds(30)), open.SetResult);
    }

    private async Task<CheckoutVisit> VisitAsync()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, _plan, customer: _customer));
        Assert.Equal(CheckoutPurchase.Due, (await _books.VerifyAsync(visit, null)).Quote!.Kind);
        return visit;
    }

    private async Task<CheckoutView> ChooseAsync(CheckoutVisit visit, string card)
    {
        await _books.Checkout.ChooseCardAsync(visit, null, default);
        return (await _books.Checkout.SaveCardAsync(visit, card, default))!;
    }

    private async Task<CheckoutActed> TakeAsync(CheckoutVisit visit) => (await _books.Store.ActAsync(
        visit.SessionId, Guid.NewGuid(), record => new CheckoutDecision(record.State, CheckoutAct.Attend), default))!;

    private async Task<Guid> ChosenAsync(CheckoutVisit visit) =>
        (await _books.Store.FindAsync(visit.SessionId, default))!.State.PaymentMethodId!.Value;

    private async Task<Payment> RenewalAsync() =>
        Assert.Single(await _books.PaymentsAsync(), payment => payment.Terms.Kind == PaymentKind.Renewal);

    private Task<string> DefaultCardAsync() => _books.Books.ScalarAsync<string>(
        "select reference from payment_methods where is_default and deleted_at is null");

    private async Task AssertRenewedAsync()
    {
        Assert.Equal(PaymentStatus.Succeeded, (await RenewalAsync()).Status);
        Assert.Equal(Money.Parse("40"), _books.Live(_wallet));
        Assert.Equal(2, await _books.Books.ScalarAsync<long>("select count(*) from subscription_cycles where is_paid"));
        var subscription = (await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, _customer, default))!.Subscription;
        Assert.Null(subscription.PastDueSince);
        await _books.AssertSoundAsync();
    }
}
