using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Testing.Stripe;
using Lava.Tests.Billing.Stripe;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>What an event says of a charge is not believed: the charge itself says what it took.</summary>
[Collection(BillingCollection.Name)]
public sealed class StripeHintTests(PostgresServer server) : IAsyncLifetime, IProviderEventActs
{
    private PaymentBooks _books = null!;
    private StripeAccount _account = null!;
    private StripeEvents _events = null!;

    public async Task InitializeAsync()
    {
        _account = await StripeAccount.OpenAsync();
        _events = new StripeEvents(new MemoryEventStore(), _account.Client, _account.Payments, this);
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        _books.Other = _account.Payments;
        await _books.RestartAsync();
        await _books.SubscribeAsync(OverageMode.Block);
        await _books.Books.ExecuteAsync(
            "insert into provider_customers (customer_id, provider, reference) values ($1, 1, $2)", _books.Customer, _account.Customer);
    }

    public async Task DisposeAsync()
    {
        await _books.DisposeAsync();
        await _account.DisposeAsync();
    }

    [Fact]
    public async Task ToldThatItWasPaid_WhichIsNotSo_CreditsNothing()
    {
        await AddCardAsync("pm_card_authenticationRequired");
        await _books.PayAsync(_books.BuyAttended());

        await TellAsync("payment_intent.succeeded");

        Assert.Equal(PaymentStatus.Attempting, (await _books.OnlyPaymentAsync()).Status);
        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task ToldOfAnOlderDecline_BehindThePayment_IsPaidAllTheSame()
    {
        await AddCardAsync("pm_card_visa");
        _account.StandIn.On("POST /v1/payment_intents/*/confirm").Fault(StandInFault.ResetAfterCommit, times: 4);
        await _books.PayAsync(_books.BuyBundle());
        Assert.Equal(PaymentStatus.Attempting, (await _books.OnlyPaymentAsync()).Status);

        await TellAsync("payment_intent.payment_failed");

        Assert.Equal(PaymentStatus.Succeeded, (await _books.OnlyPaymentAsync()).Status);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.AssertBooksAsync();
    }

    // The round passes it over, and looks again minutes later: somebody may stand at the page.
    [Fact]
    public async Task LeftByADeadProcess_WhileAnEventOfItIsHandled_IsTakenUpByTheEvent()
    {
        await AddCardAsync("pm_card_visa");
        _account.StandIn.On("POST /v1/payment_intents/*/confirm").Fault(StandInFault.ResetBefore, times: 4);
        await _books.PayAsync(_books.BuyBundle());
        await _books.RestartAsync();
        var gate = _account.StandIn.On("GET /v1/payment_intents/*").HaltBefore();
        var told = TellAsync("payment_intent.payment_failed");
        await gate.Reached;

        await _books.RunDueAsync();
        Assert.Equal(PaymentStatus.Attempting, (await _books.OnlyPaymentAsync()).Status);
        gate.Open();
        await told;

        Assert.Equal(PaymentStatus.Succeeded, (await _books.OnlyPaymentAsync()).Status);
        Assert.Single(_account.StandIn.ReadAll("charge"));
        await _books.AssertBooksAsync();
    }

    private async Task AddCardAsync(string card) =>
        await _books.AddCardAsync(_account.StandIn.AddCard(_account.Customer, card), PaymentProviderKind.Stripe);

    private Task TellAsync(string kind)
    {
        var intent = (string)Assert.Single(_account.StandIn.ReadAll("payment_intent"))["id"]!;
        return _events.HandleAsync(
            new ProviderEvent(PaymentProviderKind.Stripe, "evt_1", kind, intent, TimeProvider.System.GetUtcNow()), default);
    }

    async Task<bool> IProviderEventActs.ResumeChargeAsync(string reference, CancellationToken cancellationToken) =>
        await _books.Cards.ResumeChargeAsync(reference, cancellationToken);

    async Task IProviderEventActs.ResumePaymentAsync(Guid paymentId, CancellationToken cancellationToken) =>
        await _books.Cards.ResumeAsync(paymentId, cancellationToken);

    Task IProviderEventActs.LookAtRefundsAsync(string chargeReference, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task IProviderEventActs.LookAtDisputeAsync(string reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task IProviderEventActs.CardChangedAsync(string reference, SavedCard? card, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
