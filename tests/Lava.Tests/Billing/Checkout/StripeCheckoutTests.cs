using Lava.Billing.Checkout;
using Lava.Testing.Stripe;
using Lava.Tests.Billing.Stripe;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>What a buyer sees while Stripe is away, or says something else than the page.</summary>
[Collection(BillingCollection.Name)]
public sealed class StripeCheckoutTests(PostgresServer server) : IAsyncLifetime
{
    private const string AsksBank = "4000002760003184";

    // As often as a request is sent.
    private const int Tries = 4;
    private StripeAccount _account = null!;
    private CheckoutBooks _books = null!;
    private CheckoutVisit _visit;

    public async Task InitializeAsync()
    {
        _account = await StripeAccount.OpenAsync();
        _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());
        _books.Other = _account.Payments;
        _books.Compose();
        _visit = CheckoutBooks.Visit(
            await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));
    }

    public async Task DisposeAsync()
    {
        await _books.DisposeAsync();
        await _account.DisposeAsync();
    }

    [Fact]
    public async Task Question_ThatThePageCallsAnsweredAndIsNot_IsAskedAgain()
    {
        await _books.VerifyAsync(_visit);
        var setup = OnlyName("setup_intent");
        _account.StandIn.EnterCard(setup, AsksBank);
        _account.StandIn.AnswerSetup(setup, confirms: true);
        var asked = await _books.PayAsync(_visit, await _books.EnterAsync(_visit));

        var again = (await _books.Checkout.AuthenticateAsync(_visit, true, default))!;
        _account.StandIn.AnswerCharge(OnlyName("payment_intent"), confirms: true);
        var done = (await _books.Checkout.AuthenticateAsync(_visit, true, default))!;

        Assert.Equal(
            (CheckoutStep.Authenticate, CheckoutStep.Authenticate, CheckoutStep.Done), (asked.Step, again.Step, done.Step));
        Assert.NotNull(asked.Card!.ClientSecret);
        Assert.Equal(asked.Card, again.Card);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task CardEntry_StripeIsAway_IsSaidBesideTheCard_AndGoesOnWhenItIsBack()
    {
        _account.StandIn.On("POST /v1/setup_intents").Fault(StandInFault.Plain500, Tries);
        var begun = await _books.VerifyAsync(_visit);
        var back = await _books.ShowAsync(_visit);
        _account.StandIn.EnterCard(OnlyName("setup_intent"), "4242424242424242");
        _account.StandIn.On("GET /v1/setup_intents/*").Fault(StandInFault.Plain500, Tries);
        var entered = await _books.EnterAsync(_visit);

        Assert.All([begun, entered], view =>
        {
            Assert.Equal(CheckoutStep.Card, view.Step);
            Assert.Equal(new CheckoutError("card", "Cards can't be entered just now. Try again in a minute."), Assert.Single(view.Errors));
        });
        Assert.Null(begun.Card!.ClientSecret);
        Assert.Equal((CheckoutStep.Card, 0), (back.Step, back.Errors.Count));
        Assert.NotNull(back.Card!.ClientSecret);
        Assert.Equal(CheckoutStep.Confirm, (await _books.EnterAsync(_visit)).Step);
        Assert.Equal(1, (await _books.FindAsync(_visit.SessionId)).State.Setups);
    }

    private string OnlyName(string kind) => (string)Assert.Single(_account.StandIn.ReadAll(kind))["id"]!;
}
