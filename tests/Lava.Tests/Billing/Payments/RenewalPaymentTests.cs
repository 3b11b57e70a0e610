using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Tests.Postgres;
using Lava.Wallets;

namespace Lava.Tests.Billing.Payments;

/// <summary>Cycles and their payments together: late ones, ends with a debt, and callers beside the worker.</summary>
[Collection(BillingCollection.Name)]
public sealed class RenewalPaymentTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        await _books.SubscribeAsync(OverageMode.AutoCharge, "5", "5");
        await _books.AddCardAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Renew_Late_LeavesTheNewCyclesOverageAlone()
    {
        await _books.CallAsync("2");

        await _books.PayAsync(_books.Renew(Guid.NewGuid(), overage: "2"));

        Assert.Equal(Money.Parse("2"), (await _books.OnlyPaymentAsync()).Terms.Overage);
        Assert.Equal(0L, await _books.Books.ScalarAsync<long>("select overage_charged from subscriptions"));
        Assert.Equal((Money.Parse("20"), Money.Parse("-5")), (_books.Live.Posted, _books.Live.Floor));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Doubt_OtherCreditThanAgreed_ShowsWhatWasGiven()
    {
        var cycle = Guid.NewGuid();
        await _books.Books.ExecuteAsync(
            """
            insert into subscription_cycles (cycle_id, subscription_id, plan_id, starts_at, ends_at, price, included_credit, is_paid,
              created_at)
            values ($1, $2, $3, $4, $5, 0, $6, false, now())
            """,
            cycle, _books.Subscription, _books.Plan, PaymentBooks.Start, PaymentBooks.Start.AddMonths(1), Money.Parse("15").Units);
        await _books.CallAsync("2");
        _books.Store.Fault = step => step == "succeed" ? 2 : 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.PayAsync(_books.Renew(cycle, overage: "2")));
        _books.Store.Fault = _ => 0;

        await _books.RunDueAsync();

        Assert.Equal(Money.Parse("15").Units, await _books.Books.PostedAsync(_books.Wallet));
        Assert.Equal(Money.Parse("15"), _books.Live.Posted);
    }

    [Fact]
    public async Task Pay_WorkerWasFaster_HearsTheSame()
    {
        _books.Store.Opened = _books.RunDueAsync;

        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.BuyBundle()));

        Assert.Equal(1, _books.Provider.Asked);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_WorkerIsAtIt_WaitsForItsAnswer()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _books.Provider.Delay = answer.Task;
        _books.Provider.Before = () => asked.TrySetResult();
        var worker = Task.CompletedTask;
        _books.Store.Opened = () =>
        {
            worker = _books.RunDueAsync();
            return asked.Task;
        };
        var paying = _books.PayAsync(_books.BuyBundle());
        await asked.Task;
        answer.SetResult();

        Assert.Equal(PaymentStatus.Succeeded, await paying);
        await worker;
        Assert.Equal(1, _books.Provider.Asked);
    }

    [Fact]
    public async Task Retry_ByHand_UsesUpNoStep()
    {
        _books.Provider.Decide = _ => "generic_decline";
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        for (var i = 0; i < 6; i++)
        {
            await _books.AdvanceAsync(TimeSpan.FromMinutes(5));
            var payment = await _books.OnlyPaymentAsync();
            await _books.Store.HastenAsync(payment.Id, default);
            payment = await _books.Cards.AttemptAsync(payment, default);
            Assert.Equal(
                (PaymentStatus.Waiting, i + 2, (DateTimeOffset?)PaymentBooks.Start.AddHours(1)),
                (payment.Status, payment.Attempts, payment.NextAttemptAt));
        }

        await _books.AdvanceAsync(TimeSpan.FromMinutes(30));
        await _books.RunDueAsync();

        Assert.Equal(_books.Now.AddHours(24), (await _books.OnlyPaymentAsync()).NextAttemptAt);
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData(null, "Overage Succeeded 2.0000000000", "0")]
    [InlineData("generic_decline", "Overage Failed 2.0000000000", "-2")]
    public async Task End_WithADebt_AsksForItOnce(string? decline, string payment, string posted)
    {
        await _books.CallAsync("2");
        await CancelAtTheEndAsync();
        _books.Provider.Decide = _ => decline;

        Assert.Equal(new RenewalCounts(0, 0, 0, 1), await _books.RenewDueAsync());
        await _books.RenewDueAsync();

        Assert.Equal([payment], await ToldAsync());
        Assert.Equal((Money.Parse(posted), Money.Zero), (_books.Live.Posted, _books.Live.Floor));
        Assert.Equal(WalletOutcome.Insufficient, await _books.CallAsync("0.1"));
        Assert.Equal(1L, await _books.Books.ScalarAsync<long>("select count(*) from subscriptions where cancelled_at is not null"));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task End_WhileARenewalIsDeclined_TakesItsPlaceForTheDebtAlone()
    {
        await _books.CallAsync("2");
        _books.Provider.Decide = _ => "generic_decline";
        await _books.PayAsync(_books.Renew(Guid.NewGuid(), overage: "2"));
        _books.Provider.Decide = _ => null;
        await CancelAtTheEndAsync();

        await _books.RenewDueAsync();

        Assert.Equal(["Overage Succeeded 2.0000000000", "Renewal Superseded 27.0000000000"], await ToldAsync());
        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task End_ItsChargeIsInDoubt_WaitsForTheAnswer()
    {
        await _books.CallAsync("2");
        await CancelAtTheEndAsync();
        _books.Provider.After = () => throw new TimeoutException();
        Assert.Equal(default, await _books.RenewDueAsync());
        Assert.Equal(1L, await _books.Books.ScalarAsync<long>("select count(*) from subscriptions where cancelled_at is null"));
        _books.Provider.After = () => { };
        await _books.AgeAsync();
        await _books.RunDueAsync();

        Assert.Equal(1, (await _books.RenewDueAsync()).Cancelled);

        Assert.Equal(["Overage Succeeded 2.0000000000"], await ToldAsync());
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task SettleDebt_BeforeTheCustomerGoes_ChargesIt()
    {
        await _books.SettleDebtAsync();
        Assert.Empty(await _books.PaymentsAsync());
        await _books.CallAsync("1.5");

        await _books.SettleDebtAsync();

        Assert.Equal(["Overage Succeeded 1.5000000000"], await ToldAsync());
        Assert.Equal(Money.Zero, _books.Live.Posted);
    }

    [Fact]
    public void OpenDebt_ItsCycle_IsNotTheNextOne()
    {
        var debt = new OpenDebt(_books.Subscription, _books.Books.MerchantId, _books.Customer, _books.Wallet, _books.Now, Money.Zero);

        Assert.NotEqual(CycleIds.Of(_books.Subscription, _books.Now), debt.Payment().CycleId);
        Assert.Equal(debt.Payment(), debt.Payment());
    }

    [Fact]
    public async Task Lock_PlanChangesMeanwhile_ReadsTheNewOne()
    {
        var other = Ids.New(TimeProvider.System);
        await _books.Books.ExecuteAsync(
            """
            insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
              created_at) values ($1, $2, 'other', 0, 0, 2, 0, 1, now())
            """,
            other, _books.Books.MerchantId);
        var waiting = Task.FromResult<LockedSubscription?>(null);
        await _books.WithConnectionAsync(async connection =>
        {
            await using var change = new Npgsql.NpgsqlCommand("update subscriptions set plan_id = $1", connection);
            change.Parameters.Add(new() { Value = other });
            await change.ExecuteNonQueryAsync();
            waiting = Task.Run(() => _books.WithConnectionAsync(
                reader => LockedSubscription.FindAsync(reader, _books.Subscription, CancellationToken.None)));
            await WaitForBlockedAsync();
            return 0;
        });

        var row = await waiting;

        Assert.Equal((other, "other"), (row?.PlanId, row?.Terms.Name));
    }

    // Until some session waits for another's lock.
    private async Task WaitForBlockedAsync()
    {
        const string Blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await _books.Books.ScalarAsync<long>(Blocked) == 0)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private async Task CancelAtTheEndAsync()
    {
        await _books.Books.ExecuteAsync("update subscriptions set pending_kind = 0");
        await _books.AdvanceAsync(PaymentBooks.Start.AddMonths(1) - _books.Now);
    }

    private async Task<string[]> ToldAsync() => [.. (await _books.PaymentsAsync())
        .Select(payment => $"{payment.Terms.Kind} {payment.Status} {payment.Amount}")];
}
