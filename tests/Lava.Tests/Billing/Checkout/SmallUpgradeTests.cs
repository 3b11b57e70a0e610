using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>A dearer plan for less than the provider charges: it begins, and its price comes off the credit that it brings.</summary>
[Collection(BillingCollection.Name)]
public sealed class SmallUpgradeTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly Money HalfADollar = Money.Parse("0.5");
    private CheckoutBooks _books = null!;
    private Guid _dearer;
    private Guid _customer;
    private long _wallet;

    public async Task InitializeAsync()
    {
        _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());
        _books.Least = HalfADollar;
        _books.Compose();
        var plan = await _books.AddPlanAsync("25", "20");
        _dearer = await _books.AddPlanAsync("25.4", "21", "More");
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)));
        (_customer, _wallet) = await _books.OnlyCustomerAsync();
        _books.Charged.Clear();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Confirm_NothingIsCharged_AndThePriceComesOffTheCredit()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, _dearer));

        var confirm = await _books.VerifyAsync(visit);
        var done = await _books.PayAsync(visit, confirm);

        Assert.Equal((CheckoutStep.Confirm, CheckoutPurchase.Upgrade), (confirm.Step, confirm.Quote!.Kind));
        Assert.Equal((Money.Zero, Money.Parse("0.6")), (confirm.Quote.Fee, confirm.Quote.Credit));
        Assert.Null(confirm.Quote.Lines[0].Amount);
        Assert.Equal(CheckoutStep.Done, done.Step);
        Assert.Empty(_books.Charged);
        Assert.Equal(Money.Parse("20.6"), _books.Live(_wallet));
        Assert.Equal(_dearer, await PlanAsync());
        await _books.AssertSoundAsync();

        await _books.AdvanceAsync(CheckoutBooks.Start.AddMonths(1));
        Assert.Equal(new RenewalCounts(1, 1, 0, 0), await _books.Renewals.RunAsync(_books.Books.MerchantId, default));
        Assert.Equal(Money.Parse("25.4"), Assert.Single(_books.Charged).Amount);
    }

    [Fact]
    public async Task Confirm_CommitWhoseAnswerIsLost_IsShownToTheLiveWalletLater()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, _dearer));
        var confirm = await _books.VerifyAsync(visit);
        _books.Lost = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.PayAsync(visit, confirm));

        _books.Lost = false;
        Assert.Equal(Money.Parse("20"), _books.Live(_wallet));
        await _books.Renewals.RunAsync(_books.Books.MerchantId, default);
        Assert.Equal(Money.Parse("20.6"), _books.Live(_wallet));
        Assert.Equal(CheckoutStep.Done, (await _books.ShowAsync(visit)).Step);
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData("25.4", "20", "0", "0")]
    [InlineData("25.4", "20.3", "0", "0")]
    [InlineData("25.4", "20.5", "0", "0.1")]
    [InlineData("25.4901", "21", "0.4901", "1")]
    [InlineData("25.5", "21", "0.5", "1")]
    public async Task Decide_AroundTheLeast_NeverTakesMoreThanIsOwed(string price, string credit, string fee, string brings)
    {
        var target = await _books.AddPlanAsync(price, credit);
        var present = (await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, _customer, default))!.Subscription;
        var plan = (await _books.Plans.FindAsync(_books.Books.MerchantId, target, default))!;

        var amounts = PlanChange.Decide(present, plan, CheckoutBooks.Start, HalfADollar).Amounts;

        Assert.Equal((Money.Parse(fee), Money.Parse(brings)), (amounts.Price, amounts.Credit));
    }

    [Fact]
    public async Task Renewal_OfAPlanThatIsTooCheap_RollsWithoutAPayment_AndItsPriceComesOffTheCredit()
    {
        await _books.Books.ExecuteAsync(
            "update plans set period_amount = $1, included_credit = $2", Money.Parse("0.4").Units, Money.Parse("0.3").Units);
        await _books.AdvanceAsync(CheckoutBooks.Start.AddMonths(1));

        Assert.Equal(new RenewalCounts(1, 0, 0, 0), await _books.Renewals.RunAsync(_books.Books.MerchantId, default));
        Assert.Equal(default, await _books.Renewals.RunAsync(_books.Books.MerchantId, default));

        Assert.Empty(_books.Charged);
        Assert.DoesNotContain(await _books.PaymentsAsync(), payment => payment.Terms.Kind == PaymentKind.Renewal);
        var subscription = (await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, _customer, default))!.Subscription;
        Assert.Null(subscription.PastDueSince);
        Assert.Equal(Money.Parse("20"), _books.Live(_wallet));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_OfferThatIsTooCheap_IsRefusedInWords()
    {
        var cheap = await _books.AddPlanAsync("0.4", "0");
        await _books.Books.ExecuteAsync("update subscriptions set cancelled_at = now()");
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, cheap));

        var told = await _books.PayAsync(visit, await _books.VerifyAsync(visit));

        Assert.Contains("too small", Assert.Single(told.Errors).Message, StringComparison.Ordinal);
        Assert.Empty(_books.Charged);
    }

    private async Task<Guid> PlanAsync() =>
        (await _books.Subscriptions.FindActiveAsync(_books.Books.MerchantId, _customer, default))!.Subscription.PlanId;
}
