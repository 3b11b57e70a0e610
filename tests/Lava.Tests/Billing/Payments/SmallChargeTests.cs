using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Debts below what the provider charges at least: they stay on the wallet until a charge is large enough.</summary>
[Collection(BillingCollection.Name)]
public sealed class SmallChargeTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly Money HalfADollar = Money.Parse("0.5");
    private PaymentBooks _books = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        _books.Provider.AmountMin = HalfADollar;
        await _books.SubscribeAsync(OverageMode.AutoCharge, "1.2", "0.3");
        await _books.AddCardAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task End_WithASmallDebt_IsNotHeldUpByIt()
    {
        await _books.CallAsync("0.3");
        await _books.Books.ExecuteAsync("update subscriptions set pending_kind = 0");
        await _books.AdvanceAsync(PaymentBooks.Start.AddMonths(1) - _books.Now);

        Assert.Equal(new RenewalCounts(0, 0, 0, 1), await _books.RenewDueAsync());

        Assert.Empty(_books.Provider.Calls);
        Assert.Empty(await _books.PaymentsAsync());
        Assert.Equal((Money.Parse("-0.3"), Money.Zero), (_books.Live.Posted, _books.Live.Floor));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task SmallDebt_IsPaidWithTheNextCharge()
    {
        await _books.CallAsync("0.3");
        await _books.SettleDebtAsync();
        Assert.Empty(await _books.PaymentsAsync());

        await _books.PayAsync(_books.Renew(Guid.NewGuid(), overage: "0.3"));

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Succeeded, Money.Parse("25.3")), (payment.Status, payment.Amount));
        Assert.Equal(Money.Parse("20"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Watch_PartsBelowTheLeast_AreAskedForTogether()
    {
        await _books.CallAsync("0.4");
        await _books.WatchAsync();
        Assert.Empty(await _books.PaymentsAsync());
        await _books.CallAsync("0.3");
        await _books.WatchAsync();

        Assert.Equal(Money.Parse("0.6"), (await _books.OnlyPaymentAsync()).Amount);
        Assert.Equal((Money.Parse("-0.1"), Money.Parse("-0.6")), (_books.Live.Posted, _books.Live.Floor));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Open_LessThanIsCharged_OpensNothing()
    {
        var small = _books.BuyBundle() with { Fee = Money.Parse("0.49"), Credit = Money.Parse("0.49") };

        var (opening, payment) = await _books.Cards.OpenAsync(small, default);

        Assert.Equal((OpeningOutcome.TooSmall, null), (opening.Outcome, payment));
        Assert.Equal(PaymentStatus.Superseded, await _books.PayAsync(small));
        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(small with { Fee = Money.Parse("0.491") }));
        Assert.Equal(HalfADollar, Assert.Single(_books.Provider.Captured).Value.Amount);
    }

    [Theory]
    [InlineData("0.3", "-0.29", "0", "-0.6")]
    [InlineData("0.3", "-0.31", "0", "-0.6")]
    [InlineData("0.3", "-0.6", "0.6", "-1.2")]
    [InlineData("0.5", "-0.4", "0", "-0.5")]
    [InlineData("0.5", "-0.5", "0.5", "-1.2")]
    [InlineData("1", "-1", "1", "-1.2")]
    public void Verdict_IncrementsBelowTheLeast_AreAddedUp(string increment, string posted, string owed, string alertAt)
    {
        var terms = new OverageTerms(
            OverageMode.AutoCharge, Money.Parse("1.2"), Money.Parse(increment), Money.Zero, OverageHindrance.None);
        var wallet = new WatchedWallet(Money.Parse(posted), Money.Zero, BalanceLevel.Low, terms, null, HasOpenPayment: false);

        var verdict = WatchVerdict.Of(wallet, isShort: false, HalfADollar);

        Assert.Equal((Money.Parse(owed), Money.Parse(alertAt)), (verdict.Overage, verdict.AlertAt));
    }
}
