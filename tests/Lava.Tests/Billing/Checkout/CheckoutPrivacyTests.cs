using Lava.Billing.Checkout;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>What a visit learns, and leaves, of whoever had the session or the phone before.</summary>
[Collection(BillingCollection.Name)]
public sealed class CheckoutPrivacyTests(PostgresServer server) : IAsyncLifetime
{
    private const string Ann = "+14155550101";
    private const string Bob = "+14155550102";
    private CheckoutBooks _books = null!;

    public async Task InitializeAsync() => _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Cards_OfAPhoneThatWasVerifiedLongAgo_AreNotShown()
    {
        Assert.Equal(CheckoutStep.Done, (await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(), "a"), phone: Ann)).Step);
        var known = CheckoutBooks.Visit(await _books.AddSessionAsync(), "b");
        await _books.VerifyAsync(known, Ann);
        Assert.Equal((CheckoutStep.Confirm, 1), Shown(await _books.ChooseAsync(known, 5)));

        await _books.Books.ExecuteAsync("update customers set phone_verified_at = now() - interval '181 days'");
        var silent = CheckoutBooks.Visit(await _books.AddSessionAsync(), "c");
        await _books.VerifyAsync(silent, Ann);
        Assert.Equal((CheckoutStep.Card, 0), Shown(await _books.ChooseAsync(silent, 5)));

        // Who buys with a card that is typed is known again.
        Assert.Equal(CheckoutStep.Done, (await _books.PayAsync(silent, await _books.EnterAsync(silent))).Step);
        var again = CheckoutBooks.Visit(await _books.AddSessionAsync(), "d");
        await _books.VerifyAsync(again, Ann);
        Assert.Equal(CheckoutStep.Confirm, (await _books.ChooseAsync(again, 5)).Step);
    }

    [Fact]
    public async Task Phone_OfTheNamedCustomer_IsNotFilledIn()
    {
        var (customer, _) = await _books.Books.AddCustomerAsync();
        await _books.Books.ExecuteAsync("update customers set phone = $1 where customer_id = $2", Ann, customer);
        var session = await _books.AddSessionAsync(customer: customer);

        Assert.Null((await _books.ShowAsync(CheckoutBooks.Visit(session, "a"))).Phone!.Suggested);
        await _books.SendAsync(CheckoutBooks.Visit(session, "a"), Ann);
        await _books.Books.ExecuteAsync("update checkout_sessions set code_sent_at = code_sent_at - interval '10 min'");
        Assert.Equal(Ann, (await _books.ShowAsync(CheckoutBooks.Visit(session, "a"))).Phone!.Suggested);
        Assert.Null((await _books.ShowAsync(CheckoutBooks.Visit(session, "b"))).Phone!.Suggested);
    }

    [Fact]
    public async Task Done_ToAnotherVisit_TellsNeitherWhoBoughtNorWhat()
    {
        var session = await _books.AddSessionAsync();
        var own = await _books.BuyAsync(CheckoutBooks.Visit(session, "a"), phone: Ann);
        var foreign = await _books.ShowAsync(CheckoutBooks.Visit(session, "b"));

        Assert.NotNull(own.ConnectionId);
        Assert.Equal(Money.FromDollars(10), own.Quote!.Fee);
        Assert.Equal((CheckoutStep.Done, null, null), (foreign.Step, foreign.ConnectionId, foreign.Quote));
        Assert.Null(foreign.Offer!.Price);
    }

    [Fact]
    public async Task Amount_OfOneVisit_IsNotTheNextOnes()
    {
        var session = await _books.AddSessionAsync();
        await _books.VerifyAsync(CheckoutBooks.Visit(session, "a"), Ann);
        await _books.ChooseAsync(CheckoutBooks.Visit(session, "a"), 40);

        Assert.Null((await _books.ShowAsync(CheckoutBooks.Visit(session, "b"))).Offer!.Price);
        Assert.True((await _books.VerifyAsync(CheckoutBooks.Visit(session, "b"), Bob)).AsksForAmount);
        Assert.Null((await _books.FindAsync(session)).State.Amount);
    }

    [Fact]
    public async Task Takeover_WithAPaymentThatOnlyWaits_BuysForTheSecondAlone()
    {
        var session = await _books.AddSessionAsync();
        var first = CheckoutBooks.Visit(session, "a");
        await _books.VerifyAsync(first, Ann);
        await _books.ChooseAsync(first, 10);
        await _books.EnterAsync(first);
        var id = Ids.New(new SetTime(TimeProvider.System.GetUtcNow().AddMinutes(-1)));
        var opened = await _books.Store.ActAsync(
            session, id,
            record => new CheckoutDecision(
                record.State, CheckoutAct.Open, CheckoutQuotes.PaymentOf(record, record.State.Quote!.Value, id)),
            default);
        Assert.Equal(id, opened!.Payment!.Id);

        var done = await _books.BuyAsync(CheckoutBooks.Visit(session, "b"), phone: Bob);

        Assert.Equal((CheckoutStep.Done, 0), (done.Step, done.Errors.Count));
        Assert.Equal(4, await _books.Books.ScalarAsync<short>("select status from payments where payment_id = $1", id));
        Assert.Equal(
            Bob,
            await _books.Books.ScalarAsync<string>(
                """
                select c.phone from customers c join checkout_sessions s on s.customer_id = c.customer_id where s.completed_at is not null
                """));
    }

    [Fact]
    public async Task Drafts_ThatNoSessionNames_AreForgotten()
    {
        var session = await _books.AddSessionAsync();
        await _books.VerifyAsync(CheckoutBooks.Visit(session, "a"), Ann);
        await _books.VerifyAsync(CheckoutBooks.Visit(session, "b"), Bob);
        await _books.Books.ExecuteAsync("update customers set created_at = now() - interval '31 days'");

        await _books.Store.RemoveOldAsync(default);

        Assert.Equal(Bob, await _books.Books.ScalarAsync<string>("select phone from customers where deleted_at is null"));
        const string Forgotten = "select count(*) from customers where deleted_at is not null and phone is null";
        Assert.Equal(1, await _books.Books.ScalarAsync<long>(Forgotten));
    }

    [Fact]
    public async Task Buyer_WhoHasBought_GoesBeforeANewerDraft()
    {
        // The draft is made by a session with a name of its own for the customer, which the customer does not have.
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(reference: "first"), "a"), phone: Ann);
        await _books.VerifyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(reference: "second"), "b"), Ann);
        Assert.Equal(1, await _books.Books.ScalarAsync<long>("select count(*) from customers where is_draft"));

        var session = await _books.AddSessionAsync();
        await _books.VerifyAsync(CheckoutBooks.Visit(session, "c"), Ann);

        var buyer = (await _books.FindAsync(session)).State.BuyerId!.Value;
        Assert.False(await _books.Books.ScalarAsync<bool>("select is_draft from customers where customer_id = $1", buyer));
    }

    private static (CheckoutStep, int) Shown(CheckoutView view) => (view.Step, view.Cards.Count);
}
