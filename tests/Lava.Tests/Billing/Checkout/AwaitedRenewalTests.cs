using Lava.Billing.Checkout;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>A cycle is over and its renewal not answered: no other plan is sold for the nothing that is left of it.</summary>
[Collection(BillingCollection.Name)]
public sealed class AwaitedRenewalTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset End = CheckoutBooks.Start.AddMonths(1);
    private CheckoutBooks _books = null!;
    private Guid _small;
    private Guid _large;
    private long _wallet;

    public async Task InitializeAsync()
    {
        _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());
        (_small, _large) = (await _books.AddPlanAsync("10", "10", "Small"), await _books.AddPlanAsync("41", "41", "Large"));
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, _small)));
        (_, _wallet) = await _books.OnlyCustomerAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task DearerPlan_IsSoldWhenTheRenewalIsAnswered_AndThenForTheWholeDifference()
    {
        await _books.AdvanceAsync(End.AddMinutes(-1));
        var early = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, _large));
        var cheap = await _books.VerifyAsync(early);
        await _books.AdvanceAsync(End);
        var (reached, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        _books.Gate = gate.Task;
        _books.Charging = () =>
        {
            reached.TrySetResult();
            return Task.CompletedTask;
        };
        var renewing = Task.Run(() => _books.Renewals.RunAsync(_books.Books.MerchantId, default));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var late = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, _large));
        CheckoutView[] told = [await _books.VerifyAsync(late), await _books.PayAsync(early, cheap)];

        Assert.Equal(CheckoutStep.Confirm, cheap.Step);
        Assert.All(told, view => Assert.Equal(
            (CheckoutStep.Unavailable, CheckoutProblem.Renewing, null), (view.Step, view.Problem, view.Quote)));
        Assert.Equal((_small, Money.Parse("10")), (await _books.PlanAsync(), _books.Live(_wallet)));

        gate.SetResult();
        Assert.Equal(new RenewalCounts(1, 1, 0, 0), await renewing);
        var confirm = await _books.ShowAsync(late);
        Assert.Equal(
            (CheckoutStep.Confirm, CheckoutPurchase.Upgrade, Money.Parse("31")), (confirm.Step, confirm.Quote!.Kind, confirm.Quote.Fee));
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(late, confirm)).Step);
        Assert.Equal(
            [Money.Parse("10"), Money.Parse("10"), Money.Parse("31")], (await _books.PaymentsAsync()).Select(payment => payment.Amount));
        Assert.Equal((_large, Money.Parse("51")), (await _books.PlanAsync(), _books.Live(_wallet)));
        await _books.AssertSoundAsync();
    }

    // The cycle may end between the look at it and the locks.
    [Fact]
    public async Task DearerPlan_AgreedToForNothingBeforeTheEnd_DoesNotBeginBehindIt()
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, _large);
        await _books.VerifyAsync(CheckoutBooks.Visit(session));
        await _books.AdvanceAsync(End);

        var acted = await _books.Store.ActAsync(
            session,
            Guid.NewGuid(),
            record => new CheckoutDecision(
                record.State with { Quote = new StoredQuote(CheckoutPurchase.Upgrade, Money.Zero, Money.Zero, record.Now) },
                CheckoutAct.Complete),
            default);

        Assert.False(acted!.IsCompleted);
        Assert.Equal(_small, await _books.PlanAsync());
        Assert.Null((await _books.FindAsync(session)).State.Session.CompletedAt);
    }
}
