using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>One buyer in two sessions: what the one buys between the other's look and its locks is seen.</summary>
[Collection(BillingCollection.Name)]
public sealed class TwoSessionsTests(PostgresServer server) : IAsyncLifetime
{
    private CheckoutBooks _books = null!;

    public async Task InitializeAsync() => _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData("25", "20", 1)]
    [InlineData("0", "0", 0)]
    public async Task Pay_SamePlanInBoth_BeginsOnceAndIsCreditedOnce(string price, string credit, int charges)
    {
        var plan = await _books.AddPlanAsync(price, credit);

        // Of those that cost nothing only what may come to cost something has cycles.
        await _books.Books.ExecuteAsync("update plans set overage_mode = 2 where period_amount = 0");
        var (first, second) = (await VisitAsync(plan), await VisitAsync(plan));
        var (one, two) = (await ConfirmAsync(first), await ConfirmAsync(second));

        var (done, told) = await PayBothAsync((first, one), (second, two));

        Assert.Equal(CheckoutStep.Done, done.Step);
        Assert.Equal((CheckoutStep.Unavailable, CheckoutProblem.AlreadySubscribed), (told.Step, told.Problem));
        Assert.Equal(charges, _books.Charged.Count);
        Assert.Equal(1, await _books.Books.ScalarAsync<long>("select count(*) from subscription_cycles"));
        Assert.Equal(Money.Parse(credit), _books.Live((await _books.OnlyCustomerAsync()).Wallet));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_DearerPlansInBoth_TheSecondIsAskedForWhatIsTrueThen()
    {
        var small = await _books.AddPlanAsync("10", "10", "Small");
        await _books.BuyAsync(await VisitAsync(small));
        var (large, larger) = (await _books.AddPlanAsync("41", "41", "Large"), await _books.AddPlanAsync("72", "72", "Larger"));
        var (first, second) = (await VisitAsync(large), await VisitAsync(larger));
        var (one, two) = (await ConfirmAsync(first), await ConfirmAsync(second));
        Assert.Equal((Money.Parse("31"), Money.Parse("62")), (one.Quote!.Fee, two.Quote!.Fee));

        var (done, told) = await PayBothAsync((first, one), (second, two));

        Assert.Equal((CheckoutStep.Done, CheckoutStep.Confirm), (done.Step, told.Step));
        Assert.Contains("has changed", Assert.Single(told.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(Money.Parse("31"), told.Quote!.Fee);
        Assert.Equal(large, await _books.PlanAsync());
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(second, told)).Step);
        Assert.Equal(larger, await _books.PlanAsync());
        Assert.Equal(Money.Parse("72"), _books.Live((await _books.OnlyCustomerAsync()).Wallet));
        Assert.All(await _books.PaymentsAsync(), payment => Assert.Equal(PaymentStatus.Succeeded, payment.Status));
        await _books.AssertSoundAsync();
    }

    private async Task<CheckoutVisit> VisitAsync(Guid plan) =>
        CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan));

    private async Task<CheckoutView> ConfirmAsync(CheckoutVisit visit)
    {
        var view = await _books.VerifyAsync(visit);
        view = view.Step != CheckoutStep.Card ? view
            : view.Cards.Count == 0 ? await _books.EnterAsync(visit)
            : (await _books.Checkout.ChooseCardAsync(visit, view.Cards[0].Id, default))!;
        Assert.Equal(CheckoutStep.Confirm, view.Step);
        return view;
    }

    // The first is held up where it books, with the locks of all but the wallet; the second has looked, and waits for one of those.
    private async Task<(CheckoutView First, CheckoutView Second)> PayBothAsync(
        (CheckoutVisit Visit, CheckoutView View) first, (CheckoutVisit Visit, CheckoutView View) second)
    {
        await using var held = await _books.HoldWalletAsync((await _books.OnlyCustomerAsync()).Wallet);
        var one = Task.Run(() => _books.PayAsync(first.Visit, first.View));
        await held.WaitedForAsync(() => one.IsCompleted);
        var two = Task.Run(() => _books.PayAsync(second.Visit, second.View));
        await held.WaitedForAsync(() => two.IsCompleted, 2);
        await held.CommitAsync();
        return (await one, await two);
    }
}
