using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// kill -9 of a real process at every point at which a person pays a declined renewal on a page. The next process and the same person go
/// on: the money is taken once, credited once, and the cycle is renewed once.
/// </summary>
[Collection(CheckoutCollection.Name)]
public sealed class RenewalCrashTests(FaultServer postgres)
{
    // A bound on a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // First writes behind the button, in their order; true: also in the commit, once so that it is lost, once so that it lands.
    private static readonly (string Write, string When, bool InCommit)[] Writes =
    [
        ("update on payments", "new.checkout_session_id is not null and old.checkout_session_id is null", true),
        ("insert on payment_attempts", "", true),
        ("update on payments", "new.is_attended and not old.is_attended", false),
        ("update on payment_attempts", "new.provider_reference is not null and old.provider_reference is null", true),
        ("update on payment_attempts", "new.charges > old.charges", true),
        ("update on subscription_cycles", "new.is_paid and not old.is_paid", false),
        ("insert on grants", "", false),
        ("insert on ledger_entries", "", false),
        ("update on checkout_sessions", "new.completed_at is not null", false),
        ("update on payment_methods", "new.is_default and not old.is_default", false),
        ("update on payments", "new.status = 2", true),
    ];

    private static readonly string[] Requests = ["POST /v1/payment_intents", "POST /v1/payment_intents/*/confirm"];

    [LongFact]
    public async Task Kill9_AroundEachCallToTheProvider_RenewsOnce()
    {
        await using var renewals = await StartAsync();
        foreach (var request in Requests)
        {
            foreach (var isDone in new[] { false, true })
            {
                await renewals.PaidAsync($"{request}, {(isDone ? "after" : "before")}", new StripePoint(request, isDone));
            }
        }

        await renewals.AssertAsync();
    }

    [LongFact]
    public async Task Kill9_AtEachWriteOfAnAttendedRenewal_RenewsOnce()
    {
        await using var renewals = await StartAsync();
        foreach (var point in Writes.SelectMany(Points))
        {
            await renewals.PaidAsync($"{point}", point);
        }

        await renewals.AssertAsync();
    }

    private async Task<RenewalRounds> StartAsync() => await RenewalRounds.StartAsync(await postgres.CreateDatabaseAsync(), Limit);

    private static IEnumerable<WritePoint> Points((string Write, string When, bool InCommit) at)
    {
        yield return new WritePoint(at.Write, at.When, InCommit: false, IsLost: true);
        foreach (var isLost in at.InCommit ? new[] { true, false } : [])
        {
            yield return new WritePoint(at.Write, at.When, InCommit: true, isLost);
        }
    }
}
