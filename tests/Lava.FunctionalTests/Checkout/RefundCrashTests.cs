using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// kill -9 of a real process at every point of a refund, whether the merchant asks for it here or somebody makes it at Stripe, whose events
/// tell of it. The next process goes on: the money goes back once, its credit is taken once, and each event has its effect once.
/// </summary>
[Collection(CheckoutCollection.Name)]
public sealed class RefundCrashTests(FaultServer postgres)
{
    // A bound on a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Writes of a refund that is asked for here, in their order.
    private static readonly (string Write, string When)[] RefundWrites =
    [
        ("insert on refunds", ""),
        ("update on refunds", "new.looked_at is not null and old.looked_at is null"),
        ("insert on adjustments", ""),
        ("insert on ledger_entries", ""),
        ("update on refunds", "new.credit > old.credit"),
        ("update on refunds", "new.status = 2"),
    ];

    // Writes of an event, from its message to its end, and of the refund that it tells of.
    private static readonly (string Write, string When)[] EventWrites =
    [
        ("insert on provider_events", ""),
        ("update on provider_events", "new.attempts > old.attempts"),
        .. RefundWrites,
        ("update on provider_events", "new.handled_at is not null"),
    ];

    [Fact]
    public async Task Kill9_AroundTheCallOfARefund_GivesBackOnce()
    {
        await using var refunds = await StartAsync();
        await refunds.AskedAsync("asked, before Stripe has it", new StripePoint("POST /v1/refunds", IsDone: false));
        await refunds.AskedAsync("asked, after Stripe has it", new StripePoint("POST /v1/refunds", IsDone: true));
        await refunds.AssertAsync();
    }

    [Fact]
    public async Task Kill9_AroundAnEvent_HasItsEffectOnce()
    {
        await using var refunds = await StartAsync();
        await refunds.MadeThereAsync("kept", new WritePoint("insert on provider_events", "", InCommit: true, IsLost: false));
        await refunds.MadeThereAsync("read again", new StripePoint("GET /v1/refunds", IsDone: false));
        await refunds.MadeThereAsync(
            "handled", new WritePoint("update on provider_events", "new.handled_at is not null", InCommit: true, IsLost: true));
        await refunds.AssertAsync();
    }

    [LongFact]
    public async Task Kill9_AtEachWriteOfARefund_GivesBackOnce()
    {
        await using var refunds = await StartAsync();
        foreach (var point in RefundWrites.SelectMany(WritePoint.Each))
        {
            await refunds.AskedAsync($"{point}", point);
        }

        await refunds.AssertAsync();
    }

    [LongFact]
    public async Task Kill9_AtEachWriteOfAnEvent_HasItsEffectOnce()
    {
        await using var refunds = await StartAsync();
        foreach (var point in EventWrites.SelectMany(WritePoint.Each))
        {
            await refunds.MadeThereAsync($"{point}", point);
        }

        await refunds.AssertAsync();
    }

    private async Task<RefundRounds> StartAsync() => await RefundRounds.StartAsync(await postgres.CreateDatabaseAsync(), Limit);
}
