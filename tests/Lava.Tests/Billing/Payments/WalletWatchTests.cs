using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Tests.Postgres;
using Lava.Wallets;

namespace Lava.Tests.Billing.Payments;

/// <summary>Overage that is charged, bundles that are bought, balances that are told: triggered by the flush itself.</summary>
[Collection(BillingCollection.Name)]
public sealed class WalletWatchTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;

    public async Task InitializeAsync() => _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task AutoCharge_CallsBelowZero_ArePaidByIncrementsUpToTheLimit()
    {
        await ChargingAsync();
        Assert.Equal(Money.Parse("-5"), _books.Live.Floor);
        await CallsAsync(9, "0.1");
        await _books.WatchAsync();
        Assert.Empty(await _books.PaymentsAsync());

        await CallsAsync(3, "0.1");
        await _books.WatchAsync();

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Succeeded, Money.Parse("1")), (payment.Status, payment.Amount));
        Assert.Equal((Money.Parse("-0.2"), Money.Parse("-4")), (_books.Live.Posted, _books.Live.Floor));
        Assert.Equal(Money.Parse("1").Units, await _books.Books.ScalarAsync<long>("select overage_charged from subscriptions"));

        // In all never more than the limit, whatever was paid in between.
        Assert.Equal(Money.Parse("3.8"), await SpendAsync("0.1"));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task AutoCharge_WhileAPersonMustLook_IsNotAskedForAgain()
    {
        await ChargingAsync();
        _books.Provider.Mismatch = "amount";
        await CallsAsync(2, "0.6");
        await _books.WatchAsync();
        Assert.Equal(PaymentStatus.Review, (await _books.OnlyPaymentAsync()).Status);
        _books.Provider.Mismatch = null;

        await _books.AdvanceAsync(TimeSpan.FromDays(3));
        await CallsAsync(2, "0.6");
        await _books.Books.ExecuteAsync("insert into wallets_due (wallet_id) values ($1) on conflict do nothing", _books.Wallet);
        await _books.WatchAsync();

        Assert.Equal(PaymentStatus.Review, (await _books.OnlyPaymentAsync()).Status);
    }

    [Theory]
    [InlineData("stolen_card")]
    [InlineData("insufficient_funds")]
    [InlineData("authentication_required")]
    public async Task AutoCharge_Declined_StopsAtOnceAndSaysWhy(string code)
    {
        await ChargingAsync();
        _books.Provider.Decide = _ => code;
        await CallsAsync(2, "0.6");
        await _books.WatchAsync();

        Assert.Equal(Money.Zero, _books.Live.Floor);
        Assert.Equal(WalletOutcome.Insufficient, await _books.CallAsync("0.1"));
        Assert.Equal(OverageHindrance.CardDeclined, (await _books.LoadCustomerAsync()).Overage!.Hindrance);
        Assert.Contains(
            await _books.EventsAsync(),
            told => told.StartsWith("TopUpFailed", StringComparison.Ordinal) && told.Contains(code, StringComparison.Ordinal));

        _books.Provider.Decide = _ => null;
        await _books.AddCardAsync("pm_card_mastercard");
        await _books.RunDueAsync();
        await _books.WatchAsync();

        Assert.Equal(OverageHindrance.None, (await _books.LoadCustomerAsync()).Overage!.Hindrance);
        Assert.Equal((Money.Parse("-0.2"), Money.Parse("-4")), (_books.Live.Posted, _books.Live.Floor));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task AutoCharge_SoftDecline_OpensAgainWhenTheRetryIsPaid()
    {
        await ChargingAsync();
        _books.Provider.Decide = order => order.Attempt == 1 ? "insufficient_funds" : null;
        await CallsAsync(2, "0.6");
        await _books.WatchAsync();
        Assert.Equal(Money.Zero, _books.Live.Floor);

        await _books.AdvanceAsync(TimeSpan.FromHours(1));
        await _books.RunDueAsync();

        Assert.Equal((Money.Parse("-0.2"), Money.Parse("-4")), (_books.Live.Posted, _books.Live.Floor));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task AutoCharge_ThirdInTenMinutes_WaitsForItsTurn()
    {
        await ChargingAsync();
        for (var i = 0; i < 3; i++)
        {
            await CallsAsync(1, "1");
            await _books.WatchAsync();
        }

        Assert.Equal(2, (await _books.PaymentsAsync()).Count);
        await _books.AdvanceAsync(TimeSpan.FromMinutes(9));
        await _books.WatchAsync();
        Assert.Equal(2, (await _books.PaymentsAsync()).Count);

        await _books.AdvanceAsync(TimeSpan.FromMinutes(1));
        await _books.WatchAsync();

        Assert.Equal(3, (await _books.PaymentsAsync()).Count);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task AutoCharge_NoCard_IsRefusedAtZero()
    {
        await _books.SubscribeAsync(OverageMode.AutoCharge, "5", "1");
        await _books.WatchAsync();

        Assert.Equal(Money.Zero, _books.Live.Floor);
        Assert.Equal(OverageHindrance.NoPaymentMethod, (await _books.LoadCustomerAsync()).Overage!.Hindrance);
        var card = await _books.AddCardAsync();
        Assert.Equal(Money.Parse("-5"), _books.Live.Floor);

        var deleted = await _books.Methods.DeleteAsync(_books.Customer, _books.Wallet, card.Id, default);
        _books.Floors.Set(deleted!.Value.Floor);
        Assert.Equal(Money.Zero, _books.Live.Floor);
    }

    [Fact]
    public async Task AutoCharge_SlowProviderAndManyCallers_NeverSpendMoreThanTheLimit()
    {
        await ChargingAsync();
        var release = new ManualResetEventSlim();
        _books.Provider.After = () => release.Wait(TimeSpan.FromMinutes(1));
        await CallsAsync(11, "0.1");
        var charging = Task.Run(() => _books.WatchAsync());
        while (_books.Provider.Captured.IsEmpty)
        {
            await Task.Yield();
        }

        var spent = 11;
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 64 }, _ =>
        {
            while (_books.Wallets.Reserve(_books.Wallet, Money.Parse("0.1"), out var _) == WalletOutcome.Done)
            {
                _books.Wallets.Settle(_books.Wallet, Money.Parse("0.1"), Money.Parse("0.1"), out var _);
                if (Interlocked.Increment(ref spent) == 30)
                {
                    release.Set();
                }
            }
        });
        await charging;
        while (_books.Wallets.Reserve(_books.Wallet, Money.Parse("0.1"), out _) == WalletOutcome.Done)
        {
            spent++;
            _books.Wallets.Settle(_books.Wallet, Money.Parse("0.1"), Money.Parse("0.1"), out _);
        }

        Assert.Equal((50, Money.Parse("-4")), (spent, _books.Live.Floor));
    }

    [Fact]
    public async Task AutoTopUp_Empty_BuysTheBundle()
    {
        await _books.SubscribeAsync(OverageMode.AutoTopUp);
        await _books.AddCardAsync();

        await _books.WatchAsync();

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentKind.Bundle, true, Money.Parse("10")), (payment.Terms.Kind, payment.Terms.IsAutomatic, payment.Amount));
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await CallsAsync(1, "11.99");
        await _books.WatchAsync();
        Assert.Single(await _books.PaymentsAsync());

        // What is left is less than a call needs: the refused call tells.
        await _books.WatchAsync(isShort: true);
        Assert.Equal(Money.Parse("12.01"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Supersede_WaitingOverage_IsPaidWithWhatAPersonBuys()
    {
        await ChargingAsync();
        _books.Provider.Decide = _ => "insufficient_funds";
        await CallsAsync(2, "0.6");
        await _books.WatchAsync();
        _books.Provider.Decide = _ => null;

        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.BuyBundle()));

        var payments = await _books.PaymentsAsync();
        Assert.Equal([PaymentStatus.Succeeded, PaymentStatus.Superseded], payments.Select(payment => payment.Status));
        Assert.Equal(Money.Parse("11"), payments[0].Amount);
        Assert.Equal(Money.Parse("11.8"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Balance_Falls_IsToldOnceForEachFall()
    {
        await _books.SubscribeAsync(OverageMode.Block);
        await GiveAsync(2);
        await _books.WatchAsync();
        await CallAndWatchAsync("1.5");
        await CallAndWatchAsync("0.1");
        await CallAndWatchAsync("0.4");
        await GiveAsync(5);
        await _books.WatchAsync();
        await CallAndWatchAsync("4.5");

        Assert.Equal(
            [
                """BalanceLow {"balance": "0.5000000000", "low_balance": "1.0000000000"}""",
                """BalanceEmpty {"balance": "0.0000000000", "low_balance": "1.0000000000"}""",
                """BalanceLow {"balance": "0.5000000000", "low_balance": "1.0000000000"}""",
            ],
            await _books.EventsAsync());
        Assert.Equal(0L, await _books.Books.ScalarAsync<long>("select count(*) from wallets_due"));
    }

    private async Task ChargingAsync()
    {
        await _books.SubscribeAsync(OverageMode.AutoCharge, "5", "1");
        await _books.AddCardAsync();
        await _books.WatchAsync();
    }

    private async Task CallsAsync(int count, string amount)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(WalletOutcome.Done, await _books.CallAsync(amount));
        }
    }

    private async Task CallAndWatchAsync(string amount)
    {
        await CallsAsync(1, amount);
        await _books.WatchAsync();
    }

    private async Task<Money> SpendAsync(string amount)
    {
        var spent = Money.Zero;
        while (await _books.CallAsync(amount) == WalletOutcome.Done)
        {
            spent += Money.Parse(amount);
        }

        return spent;
    }

    private async Task GiveAsync(int dollars)
    {
        await _books.Books.AddGrantAsync(_books.Customer, _books.Wallet, Money.FromDollars(dollars).Units);
        await _books.Books.ExecuteAsync("insert into wallets_due (wallet_id) values ($1) on conflict do nothing", _books.Wallet);
        _books.Wallets.Credit(_books.Wallet, Money.FromDollars(dollars), out _);
    }
}
