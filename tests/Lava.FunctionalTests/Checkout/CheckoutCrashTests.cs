using Lava.FunctionalTests.Billing;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;
using Npgsql;

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

    // Each waits for the worker that handles events, which begins each second.
    private static readonly int Races = LongFactAttribute.IsWanted ? 25 : 6;

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
        var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using var shop = await StripeShop.StartAsync(database);
        await shop.ComparedAsync();
        shop.Stripe.Webhooks.Deliveries = StandInDeliveries.Twice;
        for (var race = 1; race <= Races; race++)
        {
            var person = await shop.InviteAsync();
            await person.ReachAsync(shop.Client, "confirm");
            var (_, page) = await person.ActAsync(shop.Client, "state", new { });
            var pay = () => person.GoOnAsync(shop.Client, "confirm", page);
            await (race % 2 == 0 ? AtStripeAsync(shop, pay, RaceAsync) : AtBookingAsync(database, pay, RaceAsync));
            await person.ReachAsync(shop.Client, "done");
            await shop.Stripe.Webhooks.DeliverAsync();

            // All that goes on while the first click is halted, behind the charge and before its credit.
            async Task<Task> RaceAsync()
            {
                var second = pay();
                var polls = Enumerable.Range(0, 4).Select(_ => person.ActAsync(shop.Client, "state", new { })).ToArray();
                Assert.All(await shop.Stripe.Webhooks.DeliverAsync(), status => Assert.Equal(200, status));
                await UntilTakenUpAsync(source, race);
                return Task.WhenAll([second, .. polls]);
            }
        }

        await shop.AssertAsync(Races);
        await shop.AssertProvenAsync();
    }

    // Stripe has taken the money, and does not say so yet.
    private static async Task AtStripeAsync(StripeShop shop, Func<Task> pay, Func<Task<Task>> raceAsync)
    {
        var gate = shop.Stripe.On("POST /v1/payment_intents/*/confirm").HaltAfterCommit();
        var first = pay();
        await gate.Reached.WaitAsync(Limit);
        var others = await raceAsync();
        gate.Open();
        await Task.WhenAll(first, others);
    }

    // The booking is written, and not committed yet.
    private static async Task AtBookingAsync(string database, Func<Task> pay, Func<Task<Task>> raceAsync)
    {
        await using var halted = await HaltedWrite.StartAsync(database, "update on payments", "new.status = 2", inCommit: false);
        var first = pay();
        await halted.ReachedAsync(() => first.IsCompleted).WaitAsync(Limit);
        var others = await raceAsync();
        await halted.LetGoAsync();
        await Task.WhenAll(first, others);
    }

    // Stripe's word that the charge was paid is being handled: from here it stands beside the first click.
    private static async Task UntilTakenUpAsync(NpgsqlDataSource source, int race)
    {
        await using var command = source.CreateCommand(
            "select count(*) from provider_events where kind = 'payment_intent.succeeded' and attempts > 0");
        await BilledCustomer.UntilAsync(async () => (long)(await command.ExecuteScalarAsync())! >= race);
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
