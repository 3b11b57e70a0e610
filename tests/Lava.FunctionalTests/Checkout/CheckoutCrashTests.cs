using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// kill -9 of a real process at every point of a purchase at which something has just been done and its result is not known yet; the next
/// process and the same person go on. Money is taken once, credited once, and the session is complete.
/// </summary>
[Collection(CheckoutCollection.Name)]
public sealed class CheckoutCrashTests(FaultServer postgres)
{
    // A bound on a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private const int Races = 25;

    private static readonly string[] Requests =
    [
        "POST /v1/customers", "POST /v1/setup_intents", "GET /v1/setup_intents/*", "POST /v1/payment_intents",
        "POST /v1/payment_intents/*/confirm",
    ];

    // First writes of a purchase, in its order; true: also in the commit, once so that it is lost, once so that it lands.
    private static readonly (string Write, string When, bool InCommit)[] Writes =
    [
        ("update on checkout_sessions", "new.code_sent_at is not null and old.code_sent_at is null", true),
        ("insert on customers", "", true),
        ("insert on provider_customers", "", true),
        ("insert on payment_methods", "", true),
        ("insert on payments", "", true),
        ("insert on payment_attempts", "", true),
        ("update on payment_attempts", "new.provider_reference is not null and old.provider_reference is null", true),
        ("update on payment_attempts", "new.charges > old.charges", true),
        ("insert on subscriptions", "", false),
        ("insert on grants", "", false),
        ("insert on ledger_entries", "", false),
        ("update on checkout_sessions", "new.completed_at is not null", false),
        ("update on payments", "new.status = 2", true),
    ];

    [Fact]
    public async Task Kill9_AroundEachCallToTheProvider_TakesAndCreditsOnce()
    {
        await using var shop = await StripeShop.StartAsync(await postgres.CreateDatabaseAsync());
        var purchases = 0;
        foreach (var request in Requests)
        {
            // What only reads is done by nothing.
            foreach (var isDone in request.StartsWith("GET", StringComparison.Ordinal) ? new[] { false } : [false, true])
            {
                await RoundAsync(
                    $"{request}, {(isDone ? "after" : "before")}", shop, ++purchases, person => KillAtAsync(shop, person, request, isDone));
            }
        }

        await shop.AssertProvenAsync();
    }

    [LongFact]
    public async Task Kill9_AtEachWriteOfAPurchase_TakesAndCreditsOnce()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var shop = await StripeShop.StartAsync(database);
        var purchases = 0;
        foreach (var (write, when, inCommit) in Writes)
        {
            await RoundAsync($"{write} {when}", shop, ++purchases, person => KillAtAsync(shop, person, database, write, when, false, true));
            foreach (var isLost in inCommit ? new[] { true, false } : [])
            {
                await RoundAsync(
                    $"commit of {write} {when}, {(isLost ? "lost" : "landed")}", shop, ++purchases,
                    person => KillAtAsync(shop, person, database, write, when, true, isLost));
            }
        }

        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task WebhookRedirectAndSecondClick_AtOnce_CreditOnce()
    {
        await using var shop = await StripeShop.StartAsync(await postgres.CreateDatabaseAsync());
        shop.Stripe.Webhooks.Deliveries = StandInDeliveries.Twice;
        for (var race = 1; race <= Races; race++)
        {
            var person = await shop.InviteAsync();
            await person.ReachAsync(shop.Client, "confirm");
            var (_, page) = await person.ActAsync(shop.Client, "state", new { });
            var gate = shop.Stripe.On("POST /v1/payment_intents/*/confirm").HaltAfterCommit();
            var pay = person.GoOnAsync(shop.Client, "confirm", page);
            await gate.Reached.WaitAsync(Limit);
            var told = shop.Stripe.Webhooks.DeliverAsync();
            var second = person.GoOnAsync(shop.Client, "confirm", page);
            var polls = Enumerable.Range(0, 4).Select(_ => person.ActAsync(shop.Client, "state", new { })).ToArray();
            gate.Open();
            await Task.WhenAll([pay, second, .. polls]);
            Assert.All(await told, status => Assert.Equal(200, status));
            await person.ReachAsync(shop.Client, "done");
            await shop.Stripe.Webhooks.DeliverAsync();
        }

        await shop.AssertAsync(Races);
        await shop.AssertProvenAsync();
    }

    private static async Task RoundAsync(string point, StripeShop shop, int purchases, Func<CheckoutPerson, Task> killAsync)
    {
        try
        {
            var person = await shop.InviteAsync();
            await killAsync(person);
            await shop.StartAsync();
            await person.ReachAsync(shop.Client, "done");
            await shop.AssertAsync(purchases);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Killed at {point}: {failure.Message}", failure);
        }
    }

    private static async Task KillAtAsync(StripeShop shop, CheckoutPerson person, string request, bool isDone)
    {
        var route = shop.Stripe.On(request);
        var gate = isDone ? route.HaltAfterCommit() : route.HaltBefore();
        var buying = person.ReachAsync(shop.Client, "done");
        var first = await Task.WhenAny(gate.Reached, buying).WaitAsync(Limit);
        Assert.True(first == gate.Reached, "the server never asked for it");
        await shop.KillAsync();
        gate.Open();
        await AssertBrokenAsync(buying);
    }

    private static async Task KillAtAsync(
        StripeShop shop, CheckoutPerson person, string database, string write, string when, bool inCommit, bool isLost)
    {
        await using var halted = await HaltedWrite.StartAsync(database, write, when, inCommit);
        var buying = person.ReachAsync(shop.Client, "done");
        await halted.ReachedAsync(() => buying.IsCompleted).WaitAsync(Limit);
        await shop.KillAsync();
        await halted.ReleaseAsync(isLost);
        await AssertBrokenAsync(buying);
    }

    private static async Task AssertBrokenAsync(Task buying) => await Assert.ThrowsAnyAsync<HttpRequestException>(() => buying);
}
