using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// Customers who buy from a real server in Chromium (node/checkout.test.mjs): a merchant's page with the unmodified widget, sessions made
/// with Lava's SDK, and what the API and a webhook then say of the money; the same where Stripe takes the cards (stripe-checkout.test.mjs).
/// Pictures are left in <c>TestResults/bought</c>.
/// </summary>
[Collection(CheckoutCollection.Name)]
public sealed class CheckoutBrowserTests(FaultServer postgres)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Sandbox_EveryWayThroughTheCheckout_IsPaidOnceOrNotAtAll()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var times = await SessionTimes.StartAsync(database);
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", database + ";Pooling=true", "--test-clock", "--allow-private-webhooks",
            "--management-limit", "0");
        await NodeTests.PassAsync("Checkout", "checkout.test.mjs", Environment(lava, times), Limit);
        await Audit.AssertProvenAsync(directory, database);
    }

    [Fact]
    public async Task Stripe_CardsTypedIntoItsFrames_AreNeverSeenHere()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var stripe = await StripeStandIn.StartAsync();
        await using var times = await SessionTimes.StartAsync(database);
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var settings = new Dictionary<string, string>(TestGateway.Environment)
        {
            ["LAVA_STRIPE_SECRET_KEY"] = stripe.SecretKey,
            ["LAVA_STRIPE_WEBHOOK_SECRET"] = StripeStandIn.WebhookSecret,
        };
        await using var lava = await LavaProcess.StartAsync(settings, TestGateway.Arguments(
            directory, simulator, "--postgres", database + ";Pooling=true", "--management-limit", "0",
            "--stripe-publishable-key", stripe.PublishableKey, "--stripe-url", stripe.Url));
        stripe.Webhooks.Add($"{lava.Url}/webhooks/stripe", StripeStandIn.WebhookSecret);
        stripe.Webhooks.Deliveries = StandInDeliveries.Now;
        var environment = Environment(lava, times);
        environment["LAVA_TEST_STRIPE"] = stripe.Url;
        await NodeTests.PassAsync("Checkout", "stripe-checkout.test.mjs", environment, Limit);
        await stripe.Webhooks.SettledAsync();
        Assert.Equal(0, stripe.Webhooks.Waiting);
        await Audit.AssertProvenAsync(directory, database);
    }

    private static Dictionary<string, string> Environment(LavaProcess lava, SessionTimes times) => new()
    {
        ["LAVA_TEST_CHECKOUT"] = lava.Url + "/",
        ["LAVA_TEST_KEY"] = LavaFixture.SecretKey,
        ["LAVA_TEST_TIMES"] = times.Url,
        ["LAVA_TEST_OUTPUT"] = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", "TestResults", "bought"),
    };
}
