using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Testing.Stripe;
using Lava.Tests.Billing.Stripe;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Payments in review with Stripe's side on the stand-in: a bundle of 10 of which 8 were taken.</summary>
[Collection(BillingCollection.Name)]
public sealed class StripeReviewTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;
    private StripeAccount _account = null!;

    public async Task InitializeAsync()
    {
        _account = await StripeAccount.OpenAsync();
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        _books.Other = _account.Payments;
        await _books.RestartAsync();
        await _books.SubscribeAsync(OverageMode.Block);
        await _books.Books.ExecuteAsync(
            "insert into provider_customers (customer_id, provider, reference) values ($1, 1, $2)", _books.Customer, _account.Customer);
        await _books.AddCardAsync(_account.StandIn.AddCard(_account.Customer, "pm_card_visa"), PaymentProviderKind.Stripe);
    }

    public async Task DisposeAsync()
    {
        await _books.DisposeAsync();
        await _account.DisposeAsync();
    }

    [Fact]
    public async Task Credit_BooksWhatStripeTook()
    {
        var held = await HoldAsync();

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Credit));

        Assert.Equal(Money.Parse("8"), (await _books.OnlyPaymentAsync()).Amount);
        Assert.Equal(Money.Parse("9.6"), _books.Live.Posted);
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task Refund_GivesBackWhatStripeTook()
    {
        var held = await HoldAsync();

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Refund));

        Assert.Equal(800, Books(held).Refunded);
        Assert.Equal((Money.Zero, PaymentStatus.Failed), (_books.Live.Posted, (await _books.OnlyPaymentAsync()).Status));
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task Refund_StripeIsAway_IsDecidedLater()
    {
        var held = await HoldAsync();
        _account.StandIn.On("GET /v1/payment_intents/*").Fault(StandInFault.Plain500, times: 4);

        Assert.Equal(ReviewOutcome.NoAnswer, await DecideAsync(held, ReviewDecision.Refund));
        Assert.Equal(PaymentStatus.Review, (await _books.OnlyPaymentAsync()).Status);

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Refund));
        Assert.Equal(800, Books(held).Refunded);
    }

    [Fact]
    public async Task Refund_ChargeThatTookNothing_IsCancelled()
    {
        _account.StandIn.On("POST /v1/payment_intents/*/confirm").Fault(StandInFault.ResetBefore, times: 4);
        await _books.PayAsync(_books.BuyBundle());
        var held = await DifferAsync("amount", 900);

        Assert.Equal(ReviewOutcome.NothingTaken, await DecideAsync(held, ReviewDecision.Credit));
        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Refund));

        Assert.Equal("canceled", (string?)Assert.Single(_account.StandIn.ReadAll("payment_intent"))["status"]);
        Assert.Equal((0, 0), (Books(held).Captures, Books(held).Refunded));
        await _books.AssertBooksAsync();
    }

    // Stripe's answer is lost; when it is read again, less was taken.
    private async Task<Payment> HoldAsync()
    {
        _account.StandIn.On("POST /v1/payment_intents/*/confirm").Fault(StandInFault.ResetAfterCommit, times: 4);
        await _books.PayAsync(_books.BuyBundle());
        return await DifferAsync("amount_received", 800);
    }

    private async Task<Payment> DifferAsync(string member, long cents)
    {
        var intent = (string)Assert.Single(_account.StandIn.ReadAll("payment_intent"))["id"]!;
        _account.StandIn.Change(intent, made => made[member] = cents);
        await _books.AgeAsync();
        await _books.RunDueAsync();
        var held = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Review, intent), (held.Status, held.ProviderReference));
        return held;
    }

    private StandInBooks Books(Payment payment) =>
        _account.StandIn.Books(Ids.Format(IdPrefix.Payment, test: true, payment.Id));

    private async Task<ReviewOutcome> DecideAsync(Payment payment, ReviewDecision decision) =>
        (await _books.Reviews.DecideAsync(_books.Books.MerchantId, payment.Id, decision, default)).Outcome;
}
