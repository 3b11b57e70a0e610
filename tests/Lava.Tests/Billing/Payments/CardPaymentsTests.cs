using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

[Collection(BillingCollection.Name)]
public sealed class CardPaymentsTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        await _books.SubscribeAsync(OverageMode.Block);
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Pay_Bundle_GivesItsCreditAndTells()
    {
        await _books.AddCardAsync();

        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.BuyBundle()));

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((1, Money.Parse("10"), (DateTimeOffset?)PaymentBooks.Start), (payment.Attempts, payment.Amount, payment.EndedAt));
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        Assert.Equal(2, await _books.Books.ScalarAsync<short>("select burn_class from grants where credit_bundle_id = $1", _books.Bundle));
        Assert.Equal(
            $$"""
            TopUpSucceeded {"amount": "10.0000000000", "payment_id": "{{Ids.Format("pay", true, payment.Id)}}",
             "credit_amount": "12.0000000000"}
            """.ReplaceLineEndings(""),
            Assert.Single(await _books.EventsAsync()));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_SameKeyAgainAndAtOnce_ChargesOnce()
    {
        await _books.AddCardAsync();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _books.PayAsync(_books.BuyBundle("k")))));

        Assert.Contains(PaymentStatus.Succeeded, statuses);
        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.BuyBundle("k")));
        Assert.Single(_books.Provider.Captured);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_NoCard_OpensNothing()
    {
        Assert.Equal(PaymentStatus.Failed, await _books.PayAsync(_books.BuyBundle()));
        Assert.Empty(await _books.PaymentsAsync());
        Assert.Equal(0, _books.Provider.Asked);
    }

    [Fact]
    public async Task Pay_PersonIsDeclined_EndsAtOnce()
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "insufficient_funds";

        Assert.Equal(PaymentStatus.Failed, await _books.PayAsync(_books.BuyBundle()));

        Assert.Equal("insufficient_funds", (await _books.OnlyPaymentAsync()).DeclineCode);
        Assert.StartsWith("TopUpFailed", Assert.Single(await _books.EventsAsync()), StringComparison.Ordinal);

        // It was the person's wish and a passing reason: the card may be asked again.
        _books.Provider.Decide = _ => null;
        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.BuyBundle()));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_HardDecline_ClosesTheCard()
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "stolen_card";

        await _books.PayAsync(_books.BuyBundle());

        var card = Assert.Single(await _books.Methods.ListAsync(_books.Customer, null, 10, default));
        Assert.Equal(("stolen_card", PaymentBooks.Start), (card.ErrorCode, card.ErrorAt));
        Assert.Equal(PaymentStatus.Failed, await _books.PayAsync(_books.BuyBundle()));
        Assert.Equal(1, _books.Provider.Asked);
    }

    [Fact]
    public async Task Renew_SoftDeclines_FollowsTheScheduleAndGivesUp()
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "generic_decline";
        Assert.Equal(PaymentStatus.Waiting, await _books.PayAsync(_books.Renew(Guid.NewGuid())));
        var waits = new List<double>();
        while ((await _books.OnlyPaymentAsync()) is { Status: PaymentStatus.Waiting, NextAttemptAt: { } next })
        {
            waits.Add((next - _books.Now).TotalHours);
            await _books.AdvanceAsync(next - _books.Now - TimeSpan.FromSeconds(1));
            await _books.RunDueAsync();
            Assert.Equal(waits.Count, _books.Provider.Asked);
            await _books.AdvanceAsync(TimeSpan.FromSeconds(1));
            await _books.RunDueAsync();
        }

        Assert.Equal([1, 24, 72, 168], waits);
        Assert.Equal((PaymentStatus.Failed, 5), ((await _books.OnlyPaymentAsync()).Status, _books.Provider.Asked));
        Assert.Equal("""SubscriptionCancelled {"reason": "payment_failed"}""", Assert.Single(await _books.EventsAsync()));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Renew_HardDecline_WaitsForAnotherCardAndTakesIt()
    {
        await _books.AddCardAsync();
        await _books.Books.ExecuteAsync("update subscriptions set past_due_since = $1", PaymentBooks.Start);
        _books.Provider.Decide = _ => "lost_card";
        Assert.Equal(PaymentStatus.Waiting, await _books.PayAsync(_books.Renew(Guid.NewGuid())));
        Assert.Equal(PaymentBooks.Start.AddDays(7), (await _books.OnlyPaymentAsync()).NextAttemptAt);
        await _books.AdvanceAsync(TimeSpan.FromDays(1));
        await _books.RunDueAsync();
        Assert.Equal(1, _books.Provider.Asked);

        _books.Provider.Decide = _ => null;
        await _books.AddCardAsync("pm_card_mastercard");
        await _books.RunDueAsync();

        Assert.Equal(PaymentStatus.Succeeded, (await _books.OnlyPaymentAsync()).Status);
        Assert.Equal(0L, await _books.Books.ScalarAsync<long>("select count(*) from subscriptions where past_due_since is not null"));
        Assert.Equal(Money.Parse("20"), _books.Live.Posted);
        Assert.Equal(0, await _books.Books.ScalarAsync<short>("select burn_class from grants"));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Retry_WhileTheWorkerIsAtIt_WaitsForItsResultAndChargesNothingMore()
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "lost_card";
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        _books.Provider.Decide = _ => null;
        await _books.AddCardAsync("pm_card_mastercard");
        var answers = new TaskCompletionSource();
        _books.Provider.Delay = answers.Task;
        var round = _books.RunDueAsync();
        var attempted = await _books.OnlyPaymentAsync();
        while (attempted.Status != PaymentStatus.Attempting)
        {
            attempted = await _books.OnlyPaymentAsync();
        }

        var retried = _books.Cards.RetryAsync(attempted, CancellationToken.None);
        Assert.False(retried.IsCompleted);
        answers.SetResult();

        Assert.Equal(PaymentStatus.Succeeded, (await retried).Status);
        await round;
        Assert.Equal(2, _books.Provider.Asked);
        Assert.Equal(Money.Parse("20"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Renew_HardDeclineAndNoOtherCard_IsGivenUpAfterAWeek()
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "lost_card";
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        await _books.AdvanceAsync(TimeSpan.FromDays(7));

        await _books.RunDueAsync();

        Assert.Equal((PaymentStatus.Failed, 1), ((await _books.OnlyPaymentAsync()).Status, _books.Provider.Asked));
        Assert.Equal(1L, await _books.Books.ScalarAsync<long>("select count(*) from subscriptions where cancelled_at is not null"));
    }

    [Fact]
    public async Task Renew_SameCycleTwice_ChargesOnce()
    {
        await _books.AddCardAsync();
        var cycle = Guid.NewGuid();

        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.Renew(cycle)));
        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.Renew(cycle)));

        Assert.Single(_books.Provider.Captured);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Renew_WithDebt_PaysTheDebtFirst()
    {
        await _books.AddCardAsync();
        await _books.Books.ExecuteAsync("update wallets set floor = -50000000000 where wallet_id = $1", _books.Wallet);
        await _books.RestartAsync();
        await _books.CallAsync("2.345");

        await _books.PayAsync(_books.Renew(Guid.NewGuid(), "25", "2.345"));

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((Money.Parse("27.35"), Money.Parse("2.35")), (payment.Amount, payment.Terms.Overage));
        Assert.Equal(Money.Parse("20.005"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_WhileARenewalWaits_IsRefused()
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "generic_decline";
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));

        var (opening, _) = await _books.Cards.OpenAsync(_books.BuyBundle(), default);

        Assert.Equal((OpeningOutcome.AlreadyOpen, PaymentKind.Renewal), (opening.Outcome, opening.Payment!.Terms.Kind));
    }

    [Fact]
    public async Task Renew_WhileAnotherRenewalWaits_IsAskedForAgainAndNotDeclined()
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "generic_decline";
        Assert.Equal(PaymentStatus.Waiting, await _books.PayAsync(_books.Renew(Guid.NewGuid())));

        Assert.Equal(PaymentStatus.Attempting, await _books.PayAsync(_books.Renew(Guid.NewGuid())));
        Assert.Equal(1, _books.Provider.Asked);
    }

    [Fact]
    public async Task Renew_DebtThatIsPaidMeanwhile_IsNotChargedAgain()
    {
        await _books.AddCardAsync();

        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.Renew(Guid.NewGuid(), "25", "50")));

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((Money.Parse("25"), Money.Zero), (payment.Amount, payment.Terms.Overage));
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData("update customers set deleted_at = now()")]
    [InlineData("update subscriptions set cancelled_at = now()")]
    public async Task Renew_CustomerOrSubscriptionGone_IsNotChargedAnyMore(string gone)
    {
        await _books.AddCardAsync();
        _books.Provider.Decide = _ => "generic_decline";
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        await _books.Books.ExecuteAsync(gone);
        _books.Provider.Decide = _ => null;
        await _books.AdvanceAsync(TimeSpan.FromDays(1));

        await _books.RunDueAsync();

        Assert.Equal((PaymentStatus.Superseded, 1), ((await _books.OnlyPaymentAsync()).Status, _books.Provider.Asked));
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task Payments_Changed_AreKeptAsTheyWere()
    {
        await _books.AddCardAsync();
        await _books.PayAsync(_books.BuyBundle());

        string[] changes =
        [
            "update payments set fee = 1", "update payments set status = 3", "delete from payments", "truncate payments cascade",
        ];
        foreach (var change in changes)
        {
            await Assert.ThrowsAsync<Npgsql.PostgresException>(() => _books.Books.ExecuteAsync(change));
        }
    }

    [Fact]
    public async Task Pay_OlderProcess_IsFenced()
    {
        await _books.AddCardAsync();
        var old = _books.Cards;
        await _books.RestartAsync();

        await Assert.ThrowsAsync<FencedException>(() => old.OpenAndAttemptAsync(_books.BuyBundle(), default));
        Assert.Empty(await _books.PaymentsAsync());
    }
}
