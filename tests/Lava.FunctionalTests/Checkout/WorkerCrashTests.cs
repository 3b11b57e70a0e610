using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// kill -9 of a real process while it charges a card, or hears of a dispute, with nobody there: a renewal, a debt, a bank that takes its
/// money back. The next process goes on by itself: the money is taken once, its credit moves once.
/// </summary>
[Collection(CheckoutCollection.Name)]
public sealed class WorkerCrashTests(FaultServer postgres)
{
    private const string Create = "POST /v1/payment_intents";
    private const string Confirm = "POST /v1/payment_intents/*/confirm";

    // A bound on a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Writes of a dispute's news, of its credit, and of the card that is charged no more. Its first news alone is an insert.
    private static readonly (string Write, string When)[] DisputeWrites =
    [
        ("insert on provider_events", ""),
        ("update on provider_events", "new.attempts > old.attempts"),
        ("update on disputes", "new.status <> old.status"),
        ("insert on adjustments", ""),
        ("insert on ledger_entries", ""),
        ("update on disputes", "new.is_settled and not old.is_settled"),
        ("update on provider_events", "new.handled_at is not null"),
    ];

    [Fact]
    public async Task Kill9_BetweenTheCallAndItsBooking_TakesAndCreditsOnce()
    {
        await using var rounds = await StartAsync();
        await rounds.IndebtedAsync("debt, before Stripe takes it", new StripePoint(Confirm, IsDone: false));
        await rounds.RenewedAsync("renewal, after Stripe has taken it", new StripePoint(Confirm, IsDone: true));
        await rounds.DisputedAsync(
            "dispute, when its credit is taken", new WritePoint("insert on adjustments", "", InCommit: true, IsLost: false));
        await rounds.AssertAsync();
    }

    [LongFact]
    public async Task Kill9_AroundEachCallToTheProvider_TakesAndCreditsOnce()
    {
        await using var rounds = await StartAsync();
        foreach (var request in new[] { Create, Confirm })
        {
            foreach (var isDone in new[] { false, true })
            {
                await rounds.IndebtedAsync($"debt, {request} {isDone}", new StripePoint(request, isDone));
                await rounds.RenewedAsync($"renewal, {request} {isDone}", new StripePoint(request, isDone));
            }
        }

        await rounds.AssertAsync();
    }

    [LongFact]
    public async Task Kill9_AtEachWriteOfADispute_MovesItsCreditOnce()
    {
        await using var rounds = await StartAsync();
        await rounds.DisputedAsync("first", new WritePoint("insert on disputes", "", InCommit: true, IsLost: true));
        foreach (var point in DisputeWrites.SelectMany(Points))
        {
            await rounds.DisputedAsync($"{point}", point);
        }

        await rounds.AssertAsync();
    }

    private async Task<WorkerRounds> StartAsync() => await WorkerRounds.StartAsync(await postgres.CreateDatabaseAsync(), Limit);

    // Before the write is done, in the commit so that it is lost, and so that it lands.
    private static IEnumerable<WritePoint> Points((string Write, string When) at) =>
    [
        new(at.Write, at.When, InCommit: false, IsLost: true),
        new(at.Write, at.When, InCommit: true, IsLost: true),
        new(at.Write, at.When, InCommit: true, IsLost: false),
    ];
}
