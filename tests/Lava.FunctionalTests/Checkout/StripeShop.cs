using Lava.FunctionalTests.Billing;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;

namespace Lava.FunctionalTests.Checkout;

/// <summary>A server that charges cards at the stand-in for Stripe, and one plan: 25 dollars for 20 of credit.</summary>
internal sealed class StripeShop : IAsyncDisposable
{
    public const string Card = "4242424242424242";
    public const long PriceCents = 2_500;
    private const string Origin = "http://localhost:4000";

    private readonly TemporaryDirectory _directory = new();
    private readonly string _database;
    private LavaProcess _lava = null!;
    private string _plan = "";
    private int _phones = 200;

    private StripeShop(string database, StripeStandIn stripe) => (_database, Stripe) = (database, stripe);

    public StripeStandIn Stripe { get; }

    public LavaClient Client { get; private set; } = null!;

    public static async Task<StripeShop> StartAsync(string database)
    {
        var shop = new StripeShop(database, await StripeStandIn.StartAsync());
        await shop.StartAsync();
        var plan = await shop.Client.PostAsync(
            "/v1/plans", new { name = "Pro", period_amount = "25", included_credit = "20", billing_interval = "month" });
        shop._plan = (string)plan["plan_id"]!;
        return shop;
    }

    /// <summary>Starts the server, again after it was killed.</summary>
    public async Task StartAsync()
    {
        var environment = new Dictionary<string, string>(TestGateway.Environment)
        {
            ["LAVA_STRIPE_SECRET_KEY"] = Stripe.SecretKey,
            ["LAVA_STRIPE_WEBHOOK_SECRET"] = StripeStandIn.WebhookSecret,
        };
        _lava = await LavaProcess.StartAsync(
            environment, "serve", "--data", Path.Combine(_directory.Path, "data"), "--postgres", _database + ";Pooling=true",
            "--stripe-publishable-key", Stripe.PublishableKey, "--stripe-url", Stripe.Url, "--test-clock");
        Client?.Dispose();
        Client = new LavaClient(_lava.Url, LavaFixture.SecretKey);
        Stripe.Webhooks.Move($"{_lava.Url}/webhooks/stripe", StripeStandIn.WebhookSecret);
    }

    /// <summary>
    /// Waits until the server's first round has asked Stripe for its charges: a charge of before is taken up by that round, and no event is
    /// looked at as long as that charge's booking is halted.
    /// </summary>
    public Task ComparedAsync() => BilledCustomer.UntilAsync(
        () => Task.FromResult(Stripe.Requests.Any(request => request is { Method: "GET", Path: "/v1/payment_intents" })));

    public Task KillAsync() => _lava.KillAsync();

    /// <summary>Somebody new, with a session for the plan.</summary>
    public Task<CheckoutPerson> InviteAsync() => InviteAsync($"+1415555{_phones++:D4}", null, Card);

    /// <summary>Somebody with a session for the plan, or for another one, who enters this card.</summary>
    public async Task<CheckoutPerson> InviteAsync(string phone, string? customer, string card, string? plan = null)
    {
        var session = new { checkout_mode = "subscription", origin_url = Origin, plan_id = plan ?? _plan, customer_id = customer };
        return new CheckoutPerson(await CheckoutPerson.SellAsync(Client, session), phone)
        {
            EnterCard = entry =>
            {
                // Refused where it was entered before the server died: that one counts.
                Stripe.EnterCard(entry.Split("_secret_")[0], card);
                return null;
            },
        };
    }

    /// <summary>So many purchases: each was taken once, credited once, and its session is complete.</summary>
    public async Task AssertAsync(int purchases)
    {
        Assert.Equal(purchases * PriceCents, Sum("charge"));
        Assert.Equal(purchases, Stripe.ReadAll("charge").Count);
        Assert.Equal(0, Sum("refund"));
        var sessions = (await Client.GetAsync("/v1/checkout_sessions?limit=100"))["data"]!.AsArray();
        Assert.Equal(purchases, sessions.Count);
        foreach (var session in sessions)
        {
            Assert.Equal("completed", (string)session!["status"]!);
            var customer = (string)session["customer_id"]!;
            var payments = (await Client.GetAsync($"/v1/customers/{customer}/payments"))["data"]!.AsArray();
            Assert.Single(payments, payment => (string)payment!["status"]! == "succeeded");
            Assert.All(payments, payment => Assert.True((string)payment!["status"]! is "succeeded" or "failed" or "superseded"));
            var balance = await Client.GetAsync($"/v1/customers/{customer}/balance");
            Assert.Equal(20m, Audit.Decimal(balance["cycle_remaining"]!));
            Assert.Equal(20m, Audit.Decimal(balance["available"]!));
        }
    }

    public Task AssertProvenAsync() => Audit.AssertProvenAsync(_directory, _database);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _lava.DisposeAsync();
        await Stripe.DisposeAsync();
        _directory.Dispose();
    }

    private long Sum(string kind) => Stripe.ReadAll(kind).Sum(found => found["amount"]!.GetValue<long>());
}
