using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>Whole purchases, without a page: what is bought, by whom, and what comes of it.</summary>
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
