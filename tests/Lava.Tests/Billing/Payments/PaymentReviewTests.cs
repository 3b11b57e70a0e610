using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>The way out for a payment that a person must look at. A bundle costs 10 and gives 12.</summary>
[Collection(BillingCollection.Name)]
public sealed class PaymentReviewTests(PostgresServer server) : IAsyncLifetime
{
    private PaymentBooks _books = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        await _books.SubscribeAsync(OverageMode.Block);
        await _books.AddCardAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData("10", "12")]
    [InlineData("8", "9.6")]
    [InlineData("20", "24")]
    [InlineData("0.01", "0.012")]
    public async Task Credit_BooksWhatWasReallyTakenOnce(string taken, string credit)
    {
        var held = await HoldAsync(taken);

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Credit));
        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Credit));
        Assert.Equal(ReviewOutcome.NotInReview, await DecideAsync(held, ReviewDecision.Refund));

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal(
            (PaymentStatus.Succeeded, Money.Parse(taken), ReviewDecision.Credit),
            (payment.Status, payment.Amount, payment.Decision));
        Assert.Equal(Money.Parse(credit), _books.Live.Posted);
        await _books.AssertBooksAsync();
        Assert.Equal(Money.Parse("10").Units, await OrderedAsync());
        Assert.Contains(await _books.EventsAsync(), told => told.StartsWith("TopUpSucceeded", StringComparison.Ordinal));

        // It goes back as any other payment does.
        Assert.Equal(Money.Parse(credit), (await _books.RefundAsync(held.Id)).Refund!.Credit);
        await _books.AssertBooksAsync();
    }

    [Theory]
    [InlineData("10")]
    [InlineData("8")]
    [InlineData("20")]
    public async Task Refund_GivesBackWhatWasReallyTakenOnce(string taken)
    {
        var held = await HoldAsync(taken);

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Refund));
        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Refund));
        Assert.Equal(ReviewOutcome.NotInReview, await DecideAsync(held, ReviewDecision.Credit));
        await _books.Refunds.RunDueAsync(default);

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Failed, DeclineCodes.Differs), (payment.Status, payment.DeclineCode));
        var refund = Assert.Single(_books.Provider.Refunded.Values);
        Assert.Equal((Money.Parse(taken), RefundStatus.Succeeded), (refund.Result.Amount, refund.Result.Status));
        Assert.Equal(Money.Zero, _books.Live.Posted);
        await _books.AssertBooksAsync();
        Assert.Equal(PaymentStatus.Succeeded, await PayWellAsync());
    }

    [Fact]
    public async Task Refund_PartlyMadeByHand_GivesBackTheRest()
    {
        var held = await HoldAsync("10");
        _books.Provider.RefundThere(held.ProviderReference!, "4", RefundStatus.Succeeded);

        await DecideAsync(held, ReviewDecision.Refund);

        Assert.Equal(
            [Money.Parse("4"), Money.Parse("6")], _books.Provider.Refunded.Values.Select(made => made.Result.Amount).Order());
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task Refund_AllMadeByHand_EndsThePaymentAndAsksForNothing()
    {
        var held = await HoldAsync("10");
        _books.Provider.RefundThere(held.ProviderReference!, "10", RefundStatus.Succeeded);

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Refund));

        Assert.Single(_books.Provider.Refunded);
        Assert.Equal(PaymentStatus.Failed, (await _books.OnlyPaymentAsync()).Status);
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task Credit_PartlyGivenBackByHand_TakesItsCredit()
    {
        var held = await HoldAsync("10");
        _books.Provider.RefundThere(held.ProviderReference!, "5", RefundStatus.Succeeded);

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Credit));

        Assert.Equal(Money.Parse("6"), _books.Live.Posted);
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task NothingTaken_CanOnlyBeEndedAndItsChargeIsEndedFirst()
    {
        var held = await HoldAsync("0");

        Assert.Equal(ReviewOutcome.NothingTaken, await DecideAsync(held, ReviewDecision.Credit));
        Assert.Equal(PaymentStatus.Review, (await _books.OnlyPaymentAsync()).Status);
        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Refund));

        Assert.Contains("cancel", _books.Provider.Calls);
        Assert.Empty(_books.Provider.Refunded);
        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Failed, Money.Parse("10"), null), (payment.Status, payment.Amount, payment.ProviderReference));
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task ChargeThatMayTakeYet_IsNotSaidToBeOver()
    {
        var held = await HoldAsync("0");
        _books.Provider.Taken[held.ProviderReference!] = new ChargeTaken(Money.Zero, IsOver: false, IsInDollars: true);

        Assert.Equal(ReviewOutcome.NoAnswer, await DecideAsync(held, ReviewDecision.Refund));

        Assert.Equal(PaymentStatus.Review, (await _books.OnlyPaymentAsync()).Status);
    }

    [Fact]
    public async Task Decide_CantBeDone_SaysWhyAndChangesNothing()
    {
        var held = await HoldAsync("10");
        _books.Provider.Taken[held.ProviderReference!] = new ChargeTaken(Money.Parse("10"), true, IsInDollars: false);
        Assert.Equal(ReviewOutcome.OtherCurrency, await DecideAsync(held, ReviewDecision.Credit));
        _books.Provider.Fault = step => step == "read taken" ? throw new ProviderUnavailableException("away") : 0;
        Assert.Equal(ReviewOutcome.NoAnswer, await DecideAsync(held, ReviewDecision.Credit));
        var others = await _books.Reviews.DecideAsync(Guid.NewGuid(), held.Id, ReviewDecision.Credit, default);
        Assert.Equal(ReviewOutcome.NoPayment, others.Outcome);

        Assert.Equal((PaymentStatus.Review, Money.Zero), ((await _books.OnlyPaymentAsync()).Status, _books.Live.Posted));
    }

    [Fact]
    public async Task Decide_BothAtOnce_TheFirstHolds()
    {
        var held = await HoldAsync("10");

        var outcomes = await Task.WhenAll(
            new[] { ReviewDecision.Credit, ReviewDecision.Refund, ReviewDecision.Credit, ReviewDecision.Refund }
                .Select(decision => Task.Run(() => DecideAsync(held, decision))));
        await _books.Refunds.RunDueAsync(default);

        var payment = await _books.OnlyPaymentAsync();
        Assert.Contains(ReviewOutcome.Done, outcomes);
        var isCredited = payment.Decision == ReviewDecision.Credit;
        Assert.Equal(isCredited ? PaymentStatus.Succeeded : PaymentStatus.Failed, payment.Status);
        Assert.Equal(isCredited ? Money.Parse("12") : Money.Zero, _books.Live.Posted);
        Assert.Equal(isCredited ? 0 : 1, _books.Provider.Refunded.Count);
        await _books.AssertBooksAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Credit_BooksAway_IsCreditedOnce(int when)
    {
        var held = await HoldAsync("10");
        _books.Store.Fault = step => step == "succeed" ? when : 0;
        await Assert.ThrowsAnyAsync<Exception>(() => DecideAsync(held, ReviewDecision.Credit));
        _books.Store.Fault = _ => 0;

        await _books.RunDueAsync();
        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Credit));

        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.AssertBooksAsync();
    }

    [Fact]
    public async Task Credit_OfARenewal_BeginsItsCycleWithThePaidShare()
    {
        _books.Provider.Mismatch = "amount";
        await _books.PayAsync(_books.Renew(Guid.NewGuid(), fee: "20"));
        var held = await _books.OnlyPaymentAsync();
        _books.Provider.Taken[held.ProviderReference!] = new ChargeTaken(Money.Parse("10"), true, true);

        Assert.Equal(ReviewOutcome.Done, await DecideAsync(held, ReviewDecision.Credit));

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal(
            (PaymentStatus.Succeeded, Money.Parse("10"), Money.Parse("10")), (payment.Status, payment.Amount, payment.Terms.Credit));
        Assert.Equal(Money.Parse("10"), _books.Live.Posted);
        await _books.AssertBooksAsync();
    }

    [Theory]
    [InlineData(PaymentKind.Bundle, "10", "0", "12", "20", "20 0 24")]
    [InlineData(PaymentKind.Bundle, "10", "5", "12", "5", "0 5 0")]
    [InlineData(PaymentKind.Renewal, "20", "5", "20", "15", "10 5 10")]
    [InlineData(PaymentKind.Renewal, "20", "0", "20", "30", "30 0 20")]
    [InlineData(PaymentKind.Overage, "0", "5", "0", "7", "0 7 0")]
    [InlineData(PaymentKind.Bundle, "3", "0", "1", "1", "1 0 0.3333333333")]
    public void Terms_ByWhatWasTaken_PayTheDebtFirst(
        PaymentKind kind, string fee, string overage, string credit, string taken, string expected)
    {
        var terms = _books.BuyBundle() with
        {
            Kind = kind,
            Fee = Money.Parse(fee),
            Overage = Money.Parse(overage),
            Credit = Money.Parse(credit),
        };

        var corrected = ReviewTerms.Of(terms, Money.Parse(taken));

        Assert.Equal(
            expected.Split(' ').Select(text => Money.Parse(text)), [corrected.Fee, corrected.Overage, corrected.Credit]);
    }

    private async Task<Payment> HoldAsync(string taken)
    {
        _books.Provider.Mismatch = "amount";
        await _books.PayAsync(_books.BuyBundle());
        var held = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Review, StandInProvider.NameOf(held.Id, 1)), (held.Status, held.ProviderReference));
        if (taken == "0")
        {
            _books.Provider.Forget(held.ProviderReference!);
        }
        else
        {
            _books.Provider.Taken[held.ProviderReference!] = new ChargeTaken(Money.Parse(taken), true, true);
        }

        return held;
    }

    private async Task<ReviewOutcome> DecideAsync(Payment payment, ReviewDecision decision) =>
        (await _books.Reviews.DecideAsync(_books.Books.MerchantId, payment.Id, decision, default)).Outcome;

    private Task<long> OrderedAsync() => _books.Books.ScalarAsync<long>("select ordered_amount from payments");

    private Task<PaymentStatus> PayWellAsync()
    {
        _books.Provider.Mismatch = null;
        return _books.PayAsync(_books.BuyBundle());
    }
}
