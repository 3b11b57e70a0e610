using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Tests.Billing.Checkout;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>The keys were changed from one provider's to another's: whatever the first one has is left alone, and said so.</summary>
[Collection(BillingCollection.Name)]
public sealed class ProviderSwitchTests(PostgresServer server) : IAsyncLifetime
{
    private readonly List<ChargeOrder> _charged = [];
    private PaymentBooks _books = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        await _books.SubscribeAsync(OverageMode.Block);
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pay_CardOfAnother_AsksNobodyAndSaysWhy(bool isAttended)
    {
        var card = await _books.AddCardAsync("pm_1", PaymentProviderKind.Stripe);

        await _books.PayAsync(isAttended ? _books.BuyAttended() with { PaymentMethodId = card.Id } : _books.BuyBundle());

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Failed, DeclineCodes.OtherProvider), (payment.Status, payment.DeclineCode));
        Assert.Empty(_books.Provider.Calls);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Match_CardsOfAnother_AreMarkedUntilTheirsIsBack()
    {
        await _books.AddCardAsync("pm_1", PaymentProviderKind.Stripe);

        Assert.Single(await MatchAsync(PaymentProviderKind.Sandbox));
        Assert.Empty(await MatchAsync(PaymentProviderKind.Sandbox));
        Assert.Equal(DeclineCodes.OtherProvider, (await OnlyCardAsync()).ErrorCode);
        Assert.Equal(PaymentStatus.Failed, await _books.PayAsync(_books.BuyBundle()));
        Assert.Empty(await _books.PaymentsAsync());

        Assert.Single(await MatchAsync(PaymentProviderKind.Stripe));
        Assert.Empty(await MatchAsync(PaymentProviderKind.Stripe));
        Assert.Null((await OnlyCardAsync()).ErrorCode);
    }

    [Fact]
    public async Task Match_CardThatHasAnotherError_KeepsIt()
    {
        _books.Provider.Decide = _ => "stolen_card";
        await _books.AddCardAsync();
        await _books.PayAsync(_books.BuyBundle());

        Assert.Empty(await MatchAsync(PaymentProviderKind.Stripe));
        Assert.Empty(await MatchAsync(PaymentProviderKind.Sandbox));

        Assert.Equal("stolen_card", (await OnlyCardAsync()).ErrorCode);
    }

    [Fact]
    public async Task Recover_ChargeOfAnother_IsHeldAfterADayAndNeverChargedAgain()
    {
        await BeginAsync("charge", when: 2);
        await _books.Books.ExecuteAsync("update payment_methods set provider = 1");
        var asked = _books.Provider.Calls.Count;
        await _books.AgeAsync("5 hours");
        await _books.RunDueAsync();
        Assert.Equal(PaymentStatus.Attempting, (await _books.OnlyPaymentAsync()).Status);

        await _books.AgeAsync("1 day");
        await _books.RunDueAsync();

        var held = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Review, asked), (held.Status, _books.Provider.Calls.Count));
        var decided = await _books.Reviews.DecideAsync(_books.Books.MerchantId, held.Id, ReviewDecision.Refund, default);
        Assert.Equal(ReviewOutcome.NoProvider, decided.Outcome);

        // Its provider is back.
        await _books.Books.ExecuteAsync("update payment_methods set provider = 0");
        decided = await _books.Reviews.DecideAsync(_books.Books.MerchantId, held.Id, ReviewDecision.Credit, default);
        Assert.Equal((ReviewOutcome.Done, Money.Parse("12")), (decided.Outcome, _books.Live.Posted));
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData("charge")]
    [InlineData("prepare")]
    public async Task Recover_OfTheSandbox_TookNothingAndWaitsForANewCard(string step)
    {
        await BeginAsync(step, when: 1);
        await SwitchToStripeAsync();
        await _books.AgeAsync();
        for (var round = 0; round < 3; round++)
        {
            await _books.RunDueAsync();
        }

        var waiting = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Waiting, DeclineCodes.OtherProvider), (waiting.Status, waiting.DeclineCode));
        Assert.Empty(_charged);

        await _books.AddCardAsync(provider: PaymentProviderKind.Stripe);
        await _books.RunDueAsync();
        Assert.Equal((PaymentStatus.Succeeded, 1), ((await _books.OnlyPaymentAsync()).Status, _charged.Count));
    }

    [Fact]
    public async Task Refund_OfAPaymentOfAnother_IsRefusedPlainlyAndWhatWaitsIsNotAsked()
    {
        await _books.AddCardAsync();
        await _books.PayAsync(_books.BuyBundle());
        var payment = await _books.OnlyPaymentAsync();
        _books.Provider.Fault = step => step == "refund" ? 1 : 0;
        await _books.RefundAsync(payment.Id, "4");
        await _books.Books.ExecuteAsync("update payment_methods set provider = 1");
        _books.Provider.Fault = _ => 0;
        var asked = _books.Provider.Calls.Count;

        Assert.Equal(RefundOpeningOutcome.OtherProvider, (await _books.RefundAsync(payment.Id, "1")).Outcome);
        await _books.AgeAsync();
        await _books.Refunds.RunDueAsync(default);

        Assert.Equal(asked, _books.Provider.Calls.Count);
        Assert.Equal(RefundStatus.Waiting, Assert.Single(await _books.RefundsAsync(payment.Id)).Status);
    }

    private async Task BeginAsync(string step, int when)
    {
        await _books.AddCardAsync();
        _books.Provider.Fault = name => name == step ? when : 0;
        await _books.PayAsync(when == 2 ? _books.BuyBundle() : _books.Renew(Guid.NewGuid()));
        _books.Provider.Fault = _ => 0;
    }

    private Task SwitchToStripeAsync()
    {
        _books.Other = new GatedSandbox(
            order =>
            {
                _charged.Add(order);
                return Task.CompletedTask;
            },
            PaymentProviderKind.Stripe);
        return _books.RestartAsync();
    }

    private Task<List<(Guid MerchantId, Guid CustomerId, WalletFloor Floor)>> MatchAsync(PaymentProviderKind provider) =>
        _books.Methods.MatchAsync(isTest: true, provider, 10, default);

    private async Task<PaymentMethod> OnlyCardAsync() => Assert.Single(await _books.Methods.ListAsync(_books.Customer, null, 10, default));
}
