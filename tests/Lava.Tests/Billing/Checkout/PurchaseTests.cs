using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>Whole purchases, without a page.</summary>
[Collection(BillingCollection.Name)]
public sealed class PurchaseTests(PostgresServer server) : IAsyncLifetime
{
    private CheckoutBooks _books = null!;

    public async Task InitializeAsync() => _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task NewCustomer_PhoneCodeCardPay_IsSubscribedAndTold()
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20"), reference: "ada");
        var visit = CheckoutBooks.Visit(session);

        Assert.Equal(
            (CheckoutStep.Phone, "https://shop.example", "Shop", "Pro"),
            (await _books.ShowAsync(visit)) is var first ? (first.Step, first.Origin, first.MerchantName, first.Offer!.Name) : default);
        var card = await _books.VerifyAsync(visit);
        Assert.Equal((CheckoutStep.Card, 0), (card.Step, card.Cards.Count));
        var (draft, wallet) = await _books.OnlyCustomerAsync();
        Assert.Null(await _books.Customers.FindAsync(_books.Books.MerchantId, draft, null, default));
        Assert.Empty(await _books.Customers.ListAsync(_books.Books.MerchantId, null, 10, default));
        Assert.Null(await _books.Customers.UpdateAsync(_books.Books.MerchantId, draft, new(), default));
        Assert.False((await _books.LoadAsync()).Customers.TryGetValue(draft, out _));
        var confirm = (await _books.Checkout.SaveCardAsync(visit, "pm_card_visa", default))!;
        Assert.Equal((CheckoutStep.Confirm, CheckoutPurchase.NewPlan), (confirm.Step, confirm.Quote!.Kind));
        Assert.Equal((Money.Parse("25"), Money.Parse("20")), (confirm.Quote.Fee, confirm.Quote.Credit));
        Assert.Equal(CheckoutBooks.Start.AddMonths(1), confirm.Quote.NextChargeAt);
        Assert.Empty(await _books.EventsAsync());

        var done = await _books.PayAsync(visit, confirm);

        Assert.Equal((CheckoutStep.Done, Ids.Format(IdPrefix.Customer, true, draft)), (done.Step, done.ConnectionId));
        Assert.Equal(["CustomerCreated"], await _books.EventsAsync());
        Assert.Equal(Money.Parse("20"), _books.Live(wallet));
        var customer = (await _books.Customers.FindAsync(_books.Books.MerchantId, null, "ada", default))!;
        Assert.Equal((draft, CheckoutBooks.Phone), (customer.Customer.Id, customer.Phone));
        Assert.Equal("Pro", customer.Plan!.Name);
        Assert.True((await _books.LoadAsync()).Customers.TryGetValue(draft, out _));
        Assert.True(await _books.Books.ScalarAsync<bool>("select is_default from payment_methods where customer_id = $1", draft));
        Assert.Equal(CheckoutStep.Done, (await _books.ShowAsync(CheckoutBooks.Visit(session, "b"))).Step);
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, confirm)).Step);
        var payment = Assert.Single(await _books.PaymentsAsync());
        Assert.Equal((PaymentStatus.Succeeded, session), (payment.Status, payment.Terms.CheckoutSessionId));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task ReturningCustomer_KnownPhone_FindsTheCardAndBuysABundle()
    {
        var plan = await _books.AddPlanAsync("25", "20");
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)));
        var (customer, wallet) = await _books.OnlyCustomerAsync();
        var session = await _books.AddSessionAsync(
            CheckoutMode.CreditBundle, bundle: await _books.AddBundleAsync(plan), customer: customer);
        var visit = CheckoutBooks.Visit(session);

        var phone = (await _books.ShowAsync(visit)).Phone!;
        var other = (await _books.Checkout.SendCodeAsync(visit, "US", "+15550100999", default))!;
        var confirm = await _books.VerifyAsync(visit, null);

        Assert.Equal(("•••• 0123", null), (phone.Masked, phone.Suggested));
        Assert.Equal((CheckoutStep.Phone, "phone"), (other.Step, Assert.Single(other.Errors).Field));
        Assert.Equal(CheckoutStep.Confirm, confirm.Step);
        Assert.Equal(("visa", "4242", true), Assert.Single(confirm.Cards) is var card ? (card.Brand, card.Last4, card.IsChosen) : default);
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, confirm)).Step);
        Assert.Equal(Money.Parse("32"), _books.Live(wallet));
        Assert.Equal(["CustomerCreated", "TopUpSucceeded"], await _books.EventsAsync());
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Switch_DearerPlan_ChargesTheShareThatWasShown()
    {
        var (small, large) = (await _books.AddPlanAsync("10", "10", "Small"), await _books.AddPlanAsync("41", "41", "Large"));
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, small)));
        await _books.AdvanceAsync(CheckoutBooks.Start.AddDays(15));
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, large));
        var confirm = await _books.VerifyAsync(visit);
        Assert.Equal((CheckoutStep.Confirm, CheckoutPurchase.Upgrade), (confirm.Step, confirm.Quote!.Kind));
        Assert.Equal((Money.Parse("16"), Money.Parse("16")), (confirm.Quote.Fee, confirm.Quote.Credit));
        Assert.Contains("16 of 31 days", confirm.Quote.Lines[0].Text, StringComparison.Ordinal);
        await _books.AdvanceAsync(CheckoutBooks.Start.AddDays(15).AddMinutes(10));

        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, confirm)).Step);

        var (customer, wallet) = await _books.OnlyCustomerAsync();
        Assert.Equal(Money.Parse("26"), _books.Live(wallet));
        Assert.Equal(Money.Parse("16"), (await _books.PaymentsAsync())[1].Amount);
        var subscription = (await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, customer, default))!.Subscription;
        Assert.Equal(large, subscription.PlanId);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Switch_AnotherCycleBeganSinceTheQuote_IsQuotedAnew()
    {
        var (small, large) = (await _books.AddPlanAsync("10", "10", "Small"), await _books.AddPlanAsync("41", "41", "Large"));
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, small)));
        await _books.AdvanceAsync(CheckoutBooks.Start.AddMonths(1).AddMinutes(-1));
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, large));
        var cheap = await _books.VerifyAsync(visit);
        Assert.True(cheap.Quote!.Fee <= Money.Parse("0.01"), "a minute costs a cent");
        await _books.AdvanceAsync(CheckoutBooks.Start.AddMonths(1));
        await _books.Renewals.RunAsync(_books.Books.MerchantId, default);

        var answer = await _books.PayAsync(visit, cheap);

        Assert.Equal((CheckoutStep.Confirm, ""), (answer.Step, Assert.Single(answer.Errors).Field));
        Assert.Equal(Money.Parse("31"), answer.Quote!.Fee);
    }

    [Fact]
    public async Task Switch_CheaperPlan_WaitsForTheCyclesEndAndCostsNothing()
    {
        var (small, large) = (await _books.AddPlanAsync("10", "10", "Small"), await _books.AddPlanAsync("41", "41", "Large"));
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, large)));
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, small);

        var done = await _books.BuyAsync(CheckoutBooks.Visit(session));
        var again = await _books.VerifyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, large)));

        Assert.Equal((CheckoutStep.Done, CheckoutPurchase.AtCycleEnd), (done.Step, done.Quote!.Kind));
        var (customer, _) = await _books.OnlyCustomerAsync();
        var subscription = (await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, customer, default))!.Subscription;
        Assert.Equal((large, new PendingChange(PendingChangeKind.Downgrade, small)), (subscription.PlanId, subscription.Pending));
        Assert.Equal((CheckoutStep.Confirm, CheckoutPurchase.AtCycleEnd), (again.Step, again.Quote!.Kind));
        Assert.Single(await _books.PaymentsAsync());
    }

    [Fact]
    public async Task SamePlan_Again_IsUnavailable()
    {
        var plan = await _books.AddPlanAsync("10", "10");
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)));

        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, plan);
        var view = await _books.VerifyAsync(CheckoutBooks.Visit(session));

        Assert.Equal((CheckoutStep.Unavailable, CheckoutProblem.AlreadySubscribed), (view.Step, view.Problem));

        // Another visit learns nothing of it.
        Assert.Equal(CheckoutStep.Phone, (await _books.ShowAsync(CheckoutBooks.Visit(session, "b"))).Step);
    }

    [Fact]
    public async Task TopUp_ChosenAmount_BecomesCredit()
    {
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding)));
        var (customer, wallet) = await _books.OnlyCustomerAsync();
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.TopUp, customer: customer));

        var asked = await _books.VerifyAsync(visit, null);
        var odd = (await _books.Checkout.ChooseAmountAsync(visit, Money.Parse("10.001"), default))!;
        var much = (await _books.Checkout.ChooseAmountAsync(visit, Money.Parse("10000.01"), default))!;
        var chosen = (await _books.Checkout.ChooseAmountAsync(visit, Money.Parse("25"), default))!;
        var confirm = (await _books.Checkout.SaveCardAsync(visit, "pm_card_amex", default))!;

        Assert.Equal((CheckoutStep.Card, true), (asked.Step, asked.AsksForAmount));
        Assert.Equal(("amount", "amount"), (Assert.Single(odd.Errors).Field, Assert.Single(much.Errors).Field));
        Assert.Equal((CheckoutStep.Card, false, Money.Parse("25")), (chosen.Step, chosen.AsksForAmount, chosen.Amount));
        Assert.Equal((CheckoutStep.Confirm, Money.Parse("25")), (confirm.Step, confirm.Quote!.Fee));
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, confirm)).Step);
        Assert.Equal(Money.Parse("25"), _books.Live(wallet));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task FreePlan_NoCard_IsCompleteWithoutPayment()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("0")));

        var confirm = await _books.VerifyAsync(visit);
        var done = await _books.PayAsync(visit, confirm);

        Assert.Equal((CheckoutStep.Confirm, CheckoutPurchase.Nothing), (confirm.Step, confirm.Quote!.Kind));
        Assert.Equal(CheckoutStep.Done, done.Step);
        Assert.Equal(["CustomerCreated"], await _books.EventsAsync());
        Assert.Empty(await _books.PaymentsAsync());
        var (customer, _) = await _books.OnlyCustomerAsync();
        Assert.NotNull(await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, customer, default));
        Assert.Contains(customer, _books.Refreshed);
    }

    [Fact]
    public async Task Onboarding_RightCode_IsDone()
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Onboarding);

        var done = await _books.VerifyAsync(CheckoutBooks.Visit(session));
        var again = await _books.VerifyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding)));

        var (customer, _) = await _books.OnlyCustomerAsync();
        Assert.Equal((CheckoutStep.Done, Ids.Format(IdPrefix.Customer, true, customer)), (done.Step, done.ConnectionId));
        Assert.Equal((CheckoutStep.Done, done.ConnectionId), (again.Step, again.ConnectionId));
        Assert.Equal(["CustomerCreated"], await _books.EventsAsync());
    }

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

    [Fact]
    public async Task Due_RenewalThatWasDeclined_IsPaidByTheNewCard()
    {
        var plan = await _books.AddPlanAsync("25", "20");
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)));
        var (customer, wallet) = await _books.OnlyCustomerAsync();
        await _books.Books.ExecuteAsync("update payment_methods set reference = 'pm_card_chargeDeclined'");
        await _books.AdvanceAsync(CheckoutBooks.Start.AddMonths(1));
        await _books.Renewals.RunAsync(_books.Books.MerchantId, default);
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan, customer: customer));

        var confirm = await _books.VerifyAsync(visit, null);
        await _books.Checkout.ChooseCardAsync(visit, null, default);
        var chosen = (await _books.Checkout.SaveCardAsync(visit, "pm_card_mastercard", default))!;
        var done = await _books.PayAsync(visit, chosen);

        Assert.Equal((CheckoutPurchase.Due, Money.Parse("25")), (confirm.Quote!.Kind, confirm.Quote.Fee));
        Assert.Equal(CheckoutStep.Done, done.Step);
        Assert.Equal(2, (await _books.PaymentsAsync()).Count(payment => payment.Status == PaymentStatus.Succeeded));
        var subscription = (await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, customer, default))!.Subscription;
        Assert.Null(subscription.PastDueSince);
        Assert.Equal(Money.Parse("40"), _books.Live(wallet));
        await _books.AssertSoundAsync();
    }
}
