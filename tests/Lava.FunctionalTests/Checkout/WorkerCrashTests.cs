using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Postgres;

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

    // Writes of a charge, from its payment to its booking; usage has ledger entries of its own.
    private static readonly (string Write, string When)[] ChargeWrites =
    [
        ("insert on payments", ""),
        ("insert on payment_attempts", ""),
        ("update on payment_attempts", "new.provider_reference is not null and old.provider_reference is null"),
        ("update on payment_attempts", "new.charges > old.charges"),
        ("insert on grants", ""),
        ("insert on ledger_entries", $"new.kind in ({(short)EntryKind.CycleCredit}, {(short)EntryKind.Overage})"),
        ("update on payments", "new.status = 2"),
    ];

    // The next cycle begins with its payment's success.
    private static readonly (string Write, string When)[] RenewalWrites =
        [.. ChargeWrites, ("insert on subscription_cycles", "new.is_paid")];

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
    public async Task Kill9_AtEachWriteOfARenewal_RenewsOnce()
    {
        await using var rounds = await StartAsync();
        foreach (var point in RenewalWrites.SelectMany(WritePoint.Each))
        {
            await rounds.RenewedAsync($"{point}", point);
        }

        await rounds.AssertAsync();
    }

    [LongFact]
    public async Task Kill9_AtEachWriteOfADebt_TakesAndCreditsOnce()
    {
        await using var rounds = await StartAsync();
        foreach (var point in ChargeWrites.SelectMany(WritePoint.Each))
        {
            await rounds.IndebtedAsync($"{point}", point);
        }

        await rounds.AssertAsync();
    }

    [LongFact]
    public async Task Kill9_AtEachWriteOfADispute_MovesItsCreditOnce()
    {
        await using var rounds = await StartAsync();
        await rounds.DisputedAsync("first", new WritePoint("insert on disputes", "", InCommit: true, IsLost: true));
        foreach (var point in DisputeWrites.SelectMany(WritePoint.Each))
        {
            await rounds.DisputedAsync($"{point}", point);
        }

        await rounds.AssertAsync();
    }

    private async Task<WorkerRounds> StartAsync() => await WorkerRounds.StartAsync(await postgres.CreateDatabaseAsync(), Limit);
}
