using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Phones;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>What a buyer is told, agrees to and is counted for.</summary>
[Collection(BillingCollection.Name)]
public sealed class CheckoutActsTests(PostgresServer server) : IAsyncLifetime
{
    private const string Ann = "+14155550101";
    private CheckoutBooks _books = null!;

    public async Task InitializeAsync() => _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task CardEntries_AreCountedFromTheAmountOn_AndOutliveAnotherPhone()
    {
        var session = await _books.AddSessionAsync();
        var visit = CheckoutBooks.Visit(session, "a");
        await _books.VerifyAsync(visit, Ann);
        Assert.Equal(0, (await _books.FindAsync(session)).State.Setups);

        await _books.ChooseAsync(visit, 10);
        Assert.Equal((1, 1), Counts(await _books.FindAsync(session)));
        await _books.Checkout.ChangePhoneAsync(visit, default);
        Assert.Equal((1, 1), Counts(await _books.FindAsync(session)));

        await _books.Books.ExecuteAsync("update checkout_sessions set setup_at = now() - interval '61 min'");
        Assert.Equal((1, 0), Counts(await _books.FindAsync(session)));
    }

    [Fact]
    public async Task Quote_IsOfTheCardThatWasShown()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(), "a");
        await _books.VerifyAsync(visit, Ann);
        await _books.ChooseAsync(visit, 10);
        var first = await _books.EnterAsync(visit);
        await _books.Checkout.ChooseCardAsync(visit, null, default);
        var second = await _books.EnterAsync(visit, "pm_card_mastercard");

        var old = await _books.PayAsync(visit, first);

        Assert.NotEqual(first.Quote!.Hash, second.Quote!.Hash);
        Assert.Equal(CheckoutStep.Confirm, old.Step);
        Assert.Contains("has changed", Assert.Single(old.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(visit, second)).Step);
    }

    [Fact]
    public async Task AnotherCard_ThatWasAskedFor_IsStillAskedForWhenTheQuoteIsMadeAgain()
    {
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(), "a"), phone: Ann);
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(), "b");
        await _books.VerifyAsync(visit, Ann);
        Assert.Equal(CheckoutStep.Confirm, (await _books.ChooseAsync(visit, 10)).Step);
        await _books.Checkout.ChooseCardAsync(visit, null, default);

        await _books.Books.ExecuteAsync("update checkout_sessions set quoted_at = quoted_at - interval '15 min'");

        var card = await _books.ShowAsync(visit);
        Assert.Equal((CheckoutStep.Card, 1), (card.Step, card.Cards.Count));
        Assert.Equal(CheckoutStep.Confirm, (await _books.Checkout.ChooseCardAsync(visit, card.Cards[0].Id, default))!.Step);
    }

    [Fact]
    public async Task AnotherCard_ForAChangeAtTheCyclesEnd_IsWantedThoughThereIsADefault()
    {
        var record = await _books.FindAsync(await _books.AddSessionAsync(CheckoutMode.Onboarding));
        var quote = new StoredQuote(CheckoutPurchase.AtCycleEnd, Money.Zero, Money.Zero, record.Now);

        Assert.False(CheckoutQuotes.NeedsCard(record with { State = record.State with { Quote = quote } }));
        Assert.True(CheckoutQuotes.NeedsCard(record with { State = record.State with { Quote = quote, WantsCard = true } }));
        Assert.False(CheckoutQuotes.NeedsCard(
            record with { State = record.State with { Quote = quote with { Kind = CheckoutPurchase.Nothing }, WantsCard = true } }));
    }

    [Fact]
    public async Task WhatHasExpired_IsSaid()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(), "a");
        await _books.SendAsync(visit, Ann);
        await _books.Books.ExecuteAsync("update checkout_sessions set code_sent_at = code_sent_at - interval '10 min'");
        var code = (await _books.Checkout.CheckCodeAsync(visit, "123456", default))!;
        Assert.Equal(CheckoutStep.Phone, code.Step);
        Assert.Contains("code has expired", Assert.Single(code.Errors).Message, StringComparison.Ordinal);

        await _books.VerifyAsync(visit, Ann);
        await _books.ChooseAsync(visit, 10);
        var confirm = await _books.EnterAsync(visit);
        await _books.Books.ExecuteAsync("update checkout_sessions set verified_at = verified_at - interval '30 min'");
        var pay = await _books.PayAsync(visit, confirm);
        Assert.Equal(CheckoutStep.Phone, pay.Step);
        Assert.Contains("Confirm your phone again", Assert.Single(pay.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CodeSendOutcome.Unknown, CheckoutStep.Code)]
    [InlineData(CodeSendOutcome.Away, CheckoutStep.Phone)]
    public async Task Code_ThatMayHaveBeenSent_CanBeEntered(CodeSendOutcome outcome, CheckoutStep step)
    {
        await _books.Books.ExecuteAsync("update merchants set is_test = false");
        _books.Codes.Answer = new CodeSent(outcome);
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding), "a");

        var sent = await _books.SendAsync(visit, Ann);

        Assert.Equal((step, 1), (sent.Step, sent.Errors.Count));
        if (step == CheckoutStep.Code)
        {
            Assert.Equal(CheckoutStep.Done, (await _books.Checkout.CheckCodeAsync(visit, ScriptedCodes.Right, default))!.Step);
        }
    }

    [Fact]
    public async Task CodePrompt_ForAPhoneThatIsTheOnlyOne_OffersNoOther()
    {
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(), "a"), phone: Ann);
        var customer = await _books.Books.ScalarAsync<Guid>("select customer_id from customers");

        Assert.True((await _books.SendAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(), "b"), Ann)).Code!.MayChange);
        var named = CheckoutBooks.Visit(await _books.AddSessionAsync(customer: customer), "c");
        Assert.False((await _books.SendAsync(named, Ann)).Code!.MayChange);
    }

    [Fact]
    public async Task UnpaidRenewal_IsNamedWhereItKeepsOthersWaiting()
    {
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(), "a"), phone: Ann);
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(), "b");
        await _books.VerifyAsync(visit, Ann);
        var confirm = await _books.ChooseAsync(visit, 10);
        await _books.Books.ExecuteAsync(
            """
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, is_automatic, status,
              next_attempt_at, created_at)
            select $1, merchant_id, customer_id, wallet_id, $2, $3, 0, 0, false, 0, now() + interval '1 day', now() from customers
            """,
            Ids.New(TimeProvider.System), (short)PaymentKind.Renewal, Money.FromDollars(25).Units);

        var paid = await _books.PayAsync(visit, confirm);

        Assert.Equal(CheckoutStep.Confirm, paid.Step);
        Assert.Contains("$25.00", Assert.Single(paid.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_ThatAnotherCustomerGetsMeanwhile_DoesNotHinderThePurchase()
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(reference: "r"), "a");
        await _books.VerifyAsync(visit, Ann);
        await _books.ChooseAsync(visit, 10);
        var confirm = await _books.EnterAsync(visit);
        await using var held = await _books.HoldReferenceAsync("r");
        var paying = _books.PayAsync(visit, confirm);
        await held.WaitedForAsync(() => paying.IsCompleted);
        await held.CommitAsync();

        Assert.Equal(CheckoutStep.Done, (await paying).Step);
        Assert.Equal(1, await _books.Books.ScalarAsync<long>("select count(*) from customers where reference_id = 'r'"));
    }

    private static (int, int) Counts(CheckoutRecord record) => (record.State.Setups, record.MerchantSetups);
}
