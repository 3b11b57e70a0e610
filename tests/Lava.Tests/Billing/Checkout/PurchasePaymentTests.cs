using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>The payment of a purchase: pressed twice, declined, asked about by a bank, left half done.</summary>
[Collection(BillingCollection.Name)]
public sealed class PurchasePaymentTests(PostgresServer server) : IAsyncLifetime
{
    private CheckoutBooks _books = null!;

    public async Task InitializeAsync() => _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Pay_TwentyAtOnce_ChargesOnce()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));
        await _books.VerifyAsync(visit);
        var confirm = (await _books.Checkout.SaveCardAsync(visit, "pm_card_visa", default))!;
        var gate = new TaskCompletionSource();
        _books.Gate = gate.Task;

        var pays = Enumerable.Range(0, 20).Select(_ => Task.Run(() => _books.PayAsync(visit, confirm))).ToArray();
        await Task.WhenAny(pays);
        gate.SetResult();
        var views = await Task.WhenAll(pays);

        Assert.All(views, view => Assert.True(view.Step is CheckoutStep.Processing or CheckoutStep.Done, $"{view.Step}"));

        // Each of them saw what the one before it had left: nobody was told of another payment.
        Assert.All(views, view => Assert.Empty(view.Errors));
        Assert.Single(_books.Charged);
        Assert.Single(await _books.PaymentsAsync());
        Assert.Equal(Money.Parse("20"), _books.Live((await _books.OnlyCustomerAsync()).Wallet));
        Assert.Equal(["CustomerCreated"], await _books.EventsAsync());
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_PriceChangedMeanwhile_ShowsTheNewOneAndChargesNothing()
    {
        var plan = await _books.AddPlanAsync("25", "20");
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan));
        await _books.VerifyAsync(visit);
        var confirm = (await _books.Checkout.SaveCardAsync(visit, "pm_card_visa", default))!;
        await _books.Books.ExecuteAsync("update plans set period_amount = $1", Money.Parse("30").Units);

        var changed = await _books.PayAsync(visit, confirm);

        Assert.Equal((CheckoutStep.Confirm, Money.Parse("30")), (changed.Step, changed.Quote!.Fee));
        Assert.Contains("changed", Assert.Single(changed.Errors).Message, StringComparison.Ordinal);
        Assert.Empty(_books.Charged);
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, changed)).Step);
        Assert.Equal(Money.Parse("30"), Assert.Single(await _books.PaymentsAsync()).Amount);
    }

    [Fact]
    public async Task Pay_CardDeclined_SaysWhyAndAnotherCardPays()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));

        var card = await _books.VerifyAsync(visit);
        var refused = (await _books.Checkout.SaveCardAsync(visit, "pm_card_chargeDeclinedInsufficientFunds", default))!;
        var confirm = (await _books.Checkout.SaveCardAsync(visit, "pm_card_chargeCustomerFail", default))!;
        var declined = await _books.PayAsync(visit, confirm);

        Assert.Equal(CheckoutStep.Card, card.Step);
        Assert.Equal((CheckoutStep.Card, "card"), (refused.Step, Assert.Single(refused.Errors).Field));
        Assert.Contains("insufficient funds", refused.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal((CheckoutStep.Confirm, "card"), (declined.Step, Assert.Single(declined.Errors).Field));
        Assert.Equal(Money.Zero, _books.Live((await _books.OnlyCustomerAsync()).Wallet));
        Assert.Empty(await _books.EventsAsync());

        Assert.Equal(CheckoutStep.Card, (await _books.Checkout.ChooseCardAsync(visit, null, default))!.Step);
        var again = (await _books.Checkout.SaveCardAsync(visit, "pm_card_mastercard", default))!;
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, again)).Step);
        Assert.Equal([PaymentStatus.Failed, PaymentStatus.Succeeded], (await _books.PaymentsAsync()).Select(payment => payment.Status));
        Assert.Equal(
            "mastercard",
            await _books.Books.ScalarAsync<string>("select brand from payment_methods where is_default and deleted_at is null"));
        await _books.AssertSoundAsync();
    }

    // Stripe may tell of it before the page does.
    [Fact]
    public async Task Pay_BankRefuses_IsSaidThoughSomebodyElseBookedIt()
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20"));
        var visit = CheckoutBooks.Visit(session);
        await _books.BuyAsync(visit, "pm_card_authenticationRequired");
        await _books.Cards.AnswerAsync(Assert.Single(await _books.PaymentsAsync()), false);

        var told = (await _books.Checkout.AuthenticateAsync(visit, true, default))!;

        Assert.Equal(CheckoutStep.Confirm, told.Step);
        Assert.Equal(new CheckoutError("card", DeclineWords.Of(DeclineCodes.AuthenticationRequired)), Assert.Single(told.Errors));
        Assert.Empty((await _books.ShowAsync(visit)).Errors);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_BookedBySomebodyElseAfterARefusal_IsDoneWithoutAWord()
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20"));
        var visit = CheckoutBooks.Visit(session);
        await _books.BuyAsync(visit, "pm_card_authenticationRequired");
        await _books.Cards.AnswerAsync(Assert.Single(await _books.PaymentsAsync()), false);
        await _books.Checkout.AuthenticateAsync(visit, true, default);
        await _books.PayAsync(visit, await _books.ShowAsync(visit));
        await _books.Cards.AnswerAsync((await _books.PaymentsAsync()).Last(), true);

        var told = (await _books.Checkout.AuthenticateAsync(visit, true, default))!;

        Assert.Equal(
            [PaymentStatus.Failed, PaymentStatus.Succeeded], (await _books.PaymentsAsync()).Select(payment => payment.Status));
        Assert.Equal(CheckoutStep.Done, told.Step);
        Assert.Empty(told.Errors);
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pay_BankAsks_WaitsForTheAnswer(bool isConfirmed)
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20"));
        var visit = CheckoutBooks.Visit(session);

        var asked = await _books.BuyAsync(visit, "pm_card_authenticationRequired");
        _books.Compose();
        await _books.Cards.RunDueAsync(default);
        var reloaded = await _books.ShowAsync(visit);
        var elsewhere = await _books.Checkout.SendCodeAsync(CheckoutBooks.Visit(session, "b"), "US", CheckoutBooks.Phone, default);
        var answered = (await _books.Checkout.AuthenticateAsync(visit, isConfirmed, default))!;

        Assert.Equal((CheckoutStep.Authenticate, CheckoutStep.Authenticate), (asked.Step, reloaded.Step));
        Assert.Equal(CheckoutStep.Processing, elsewhere!.Step);
        Assert.Equal(isConfirmed ? CheckoutStep.Done : CheckoutStep.Confirm, answered.Step);
        Assert.Equal(isConfirmed ? 0 : 1, answered.Errors.Count);
        var (_, wallet) = await _books.OnlyCustomerAsync();
        Assert.Equal(Money.Parse(isConfirmed ? "20" : "0"), _books.Live(wallet));
        Assert.Equal(isConfirmed ? ["CustomerCreated"] : [], await _books.EventsAsync());
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Payment_LeftByADeadProcess_WaitsForThePersonAlone()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));
        await _books.VerifyAsync(visit);
        var confirm = (await _books.Checkout.SaveCardAsync(visit, "pm_card_visa", default))!;
        var record = (await _books.Store.FindAsync(visit.SessionId, default))!;

        // Committed, and the process died before its attempt: 11 s ago.
        var id = Ids.FromTimeAndNumber(TimeProvider.System.GetUtcNow().AddSeconds(-11), 7);
        await _books.Store.ActAsync(
            visit.SessionId, id,
            now => new CheckoutDecision(
                now.State, CheckoutAct.Open, CheckoutQuotes.PaymentOf(record, record.State.Quote!.Value, id)),
            default);
        await _books.Cards.RunDueAsync(default);

        Assert.Empty(_books.Charged);
        Assert.Equal(CheckoutStep.Confirm, (await _books.ShowAsync(visit)).Step);
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, confirm)).Step);
        Assert.Single(_books.Charged);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Payment_LeftForLong_IsGivenUpSoThatOthersMayPay()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));
        await _books.VerifyAsync(visit);
        await _books.Checkout.SaveCardAsync(visit, "pm_card_visa", default);
        var record = (await _books.Store.FindAsync(visit.SessionId, default))!;
        var id = Ids.FromTimeAndNumber(TimeProvider.System.GetUtcNow() - CheckoutLimits.AbandonedAfter - TimeSpan.FromSeconds(1), 7);
        await _books.Store.ActAsync(
            visit.SessionId, id,
            now => new CheckoutDecision(
                now.State, CheckoutAct.Open, CheckoutQuotes.PaymentOf(record, record.State.Quote!.Value, id)),
            default);

        await _books.Store.RemoveOldAsync(default);

        var payment = Assert.Single(await _books.PaymentsAsync());
        Assert.Equal((PaymentStatus.Failed, "interrupted"), (payment.Status, payment.DeclineCode));
        Assert.Equal(CheckoutStep.Confirm, (await _books.ShowAsync(visit)).Step);
    }
}
