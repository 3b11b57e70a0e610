using Lava.Billing.Payments;
using Lava.Core;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

public sealed class StripeCardTests : IAsyncLifetime
{
    private StripeAccount _account = null!;
    private CardSetupOrder _order = null!;

    public async Task InitializeAsync()
    {
        _account = await StripeAccount.OpenAsync();
        _order = new CardSetupOrder(Ids.New(TimeProvider.System), 1, _account.Customer, IsTest: true);
    }

    public async Task DisposeAsync() => await _account.DisposeAsync();

    [Fact]
    public async Task CreateCustomer_Again_IsTheSameUnlessThePhoneIsAnother()
    {
        var id = Ids.New(TimeProvider.System);
        var first = await CreateAsync(id, "+14155550101");
        Assert.Equal(first, await CreateAsync(id, "+14155550101"));
        Assert.NotEqual(first, await CreateAsync(id, "+14155550102"));
        Assert.StartsWith("con_test_", (string?)_account.StandIn.Read(first)!["metadata"]!["lava_customer"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_CardEntered_IsSavedWithWhatMayBeShown()
    {
        var setup = await BeginAsync();
        Assert.Equal(setup, await BeginAsync());
        Assert.StartsWith($"{setup.Reference}_secret_", setup.ClientSecret, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", setup.ToString(), StringComparison.Ordinal);
        Assert.Equal(CardSetupOutcome.NotReady, (await ReadAsync(setup)).Outcome);

        Assert.True(_account.StandIn.EnterCard(setup.Reference, "5555 5555 5555 4444"));
        var saved = await ReadAsync(setup);

        Assert.Equal(
            (CardSetupOutcome.Saved, "mastercard", "4444", 12),
            (saved.Outcome, saved.Card!.Brand, saved.Card.Last4, saved.Card.ExpiryMonth));
        Assert.Equal(16, saved.Card.Fingerprint!.Length);
        Assert.Equal(saved.Card, await _account.Payments.ReadCardAsync(saved.Card.Reference, CancellationToken.None));
    }

    [Fact]
    public async Task Setup_CardDeclined_SaysWhyAndTakesAnother()
    {
        var setup = await BeginAsync();
        Assert.False(_account.StandIn.EnterCard(setup.Reference, "4000000000009995"));
        Assert.Equal(new CardSetupResult(CardSetupOutcome.Declined, null, "insufficient_funds"), await ReadAsync(setup));

        Assert.True(_account.StandIn.EnterCard(setup.Reference, "4242424242424242"));
        Assert.Equal(CardSetupOutcome.Saved, (await ReadAsync(setup)).Outcome);
    }

    [Theory]
    [InlineData(true, CardSetupOutcome.Saved)]
    [InlineData(false, CardSetupOutcome.Declined)]
    public async Task Setup_BankAsks_WaitsForTheAnswer(bool confirms, CardSetupOutcome outcome)
    {
        var setup = await BeginAsync();
        _account.StandIn.EnterCard(setup.Reference, "4000002500003155");
        Assert.Equal(CardSetupOutcome.NotReady, (await ReadAsync(setup)).Outcome);

        _account.StandIn.AnswerSetup(setup.Reference, confirms);
        Assert.Equal(outcome, (await ReadAsync(setup)).Outcome);
    }

    [Fact]
    public async Task ReadSetup_OfAnotherSessionOrCustomer_IsNotBelieved()
    {
        var setup = await BeginAsync();
        _account.StandIn.EnterCard(setup.Reference, "4242424242424242");

        Assert.Equal(CardSetupOutcome.Gone, (await ReadAsync(setup, _order with { SessionId = Ids.New(TimeProvider.System) })).Outcome);
        Assert.Equal(CardSetupOutcome.Gone, (await ReadAsync(setup, _order with { CustomerReference = "cus_other" })).Outcome);
        Assert.Equal(CardSetupOutcome.Gone, (await ReadAsync(setup with { Reference = "seti_none" })).Outcome);
        _account.StandIn.Change(setup.Reference, found => found["status"] = "canceled");
        Assert.Equal(CardSetupOutcome.Gone, (await ReadAsync(setup)).Outcome);
    }

    [Fact]
    public async Task Detach_Twice_IsNoError()
    {
        var card = _account.StandIn.AddCard(_account.Customer, "pm_card_visa");
        await _account.Payments.DetachAsync(card, isTest: true, CancellationToken.None);
        await _account.Payments.DetachAsync(card, isTest: true, CancellationToken.None);
        await _account.Payments.DetachAsync("pm_none", isTest: true, CancellationToken.None);

        Assert.Null(await _account.Payments.ReadCardAsync(card, CancellationToken.None));
        Assert.Null(await _account.Payments.ReadCardAsync("pm_none", CancellationToken.None));
        _account.StandIn.On("POST /v1/payment_methods/*/detach").Fault(StandInFault.Plain500, times: 4);
        await Assert.ThrowsAsync<ProviderUnavailableException>(
            () => _account.Payments.DetachAsync(_account.StandIn.AddCard(_account.Customer, "pm_card_visa"), true, CancellationToken.None));
    }

    private Task<string> CreateAsync(Guid id, string phone) =>
        _account.Payments.CreateCustomerAsync(id, isTest: true, phone, CancellationToken.None);

    private Task<CardSetup> BeginAsync() => _account.Payments.BeginSetupAsync(_order, CancellationToken.None);

    private Task<CardSetupResult> ReadAsync(CardSetup setup, CardSetupOrder? order = null) =>
        _account.Payments.ReadSetupAsync(order ?? _order, setup.Reference, null, CancellationToken.None);
}
