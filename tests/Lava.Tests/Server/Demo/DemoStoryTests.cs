using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Billing.Webhooks;
using Lava.Metering.Catalog;
using Lava.Postgres;
using Lava.Server;
using Lava.Server.Configuration;
using Lava.Server.Demo;
using Lava.Server.Hosting;
using Lava.Tests.Postgres;
using Lava.Tests.Wallets.Journal;
using Npgsql;

namespace Lava.Tests.Server.Demo;

/// <summary>What befalls the demonstration's customers: all of it is there, in the past, and proven.</summary>
[Collection(PostgresCollection.Name)]
public sealed class DemoStoryTests(PostgresServer server) : IDisposable
{
    private const string Key = "aks_test_demonstration-of-stories";
    private const int Renewal = (int)PaymentKind.Renewal;
    private const int Waiting = (int)PaymentStatus.Waiting;
    private const int Succeeded = (int)PaymentStatus.Succeeded;
    private const int Failed = (int)PaymentStatus.Failed;

    // What must be there, by a query that counts it.
    private static readonly (string What, string Sql)[] Wanted =
    [
        ("renewals paid by a later attempt", $"payments where kind = {Renewal} and status = {Succeeded} and attempts = 3"),
        ("renewals given up", $"payments where kind = {Renewal} and status = {Failed} and attempts = 5"),
        ("renewals tried again", $"payments p join subscriptions s using (subscription_id) where p.kind = {Renewal} "
            + $"and p.status = {Waiting} and next_attempt_at > @now and past_due_since is not null and cancelled_at is null"),
        ("subscriptions given up", $"subscriptions s join payments p using (subscription_id) where p.status = {Failed} "
            + "and p.ended_at = s.cancelled_at"),
        ("cards that are not charged any more", "payment_methods where error_code = 'insufficient_funds'"),
        ("bundles declined, then paid", $"payments f join payments p using (wallet_id) where f.kind = {(int)PaymentKind.Bundle} "
            + $"and f.status = {Failed} and p.status = {Succeeded} and p.created_at - f.created_at = interval '4 minutes'"),
        ("overage charged", $"payments where kind = {(int)PaymentKind.Overage} and status = {Succeeded} and overage > 0"),
        ("bundles bought by themselves", $"payments where kind = {(int)PaymentKind.Bundle} and status = {Succeeded} and is_automatic"),
        ("debt paid by a renewal", $"payments where kind = {Renewal} and status = {Succeeded} and overage > 0"),
        ("money all given back", $"refunds r join payments p using (payment_id) where r.amount = p.amount "
            + $"and r.status = {(int)RefundStatus.Succeeded} and r.credit > 0 and r.ended_at < @now"),
        ("money given back in part", "refunds r join payments p using (payment_id) where r.amount < p.amount and r.credit > 0"),
        ("disputes", $"disputes where status = {(int)DisputeStatus.Open} and is_settled and credit > 0"),
        ("subscriptions left", "subscriptions s join customers c using (customer_id) where cancelled_at is not null "
            + "and cancelled_at = cycle_end_at and past_due_since is null"),
        ("ends asked for", $"subscriptions where pending_kind = {(int)PendingChangeKind.Cancellation} and cycle_end_at > @now"),
        ("smaller plans asked for", $"subscriptions where pending_kind = {(int)PendingChangeKind.Downgrade} and cycle_end_at > @now"),
        ("smaller plans taken", "subscriptions s join subscription_cycles c using (subscription_id) where c.plan_id <> s.plan_id"),
        ("promotions that expired", "grant_expiries join grants using (grant_id) where reason = 'Spring promotion'"),
        ("cycle credit that lapsed", $"grant_expiries join grants using (grant_id) where origin = {(int)CreditOrigin.CycleCredit}"),
        ("cycle credit that rolled over", $"grants g where origin = {(int)CreditOrigin.CycleCredit} and remaining > 0 and exists (select "
            + "from grants n where n.subscription_id = g.subscription_id and n.origin = g.origin and n.created_at > g.created_at)"),
        ("reports", "requests r join report_ids using (id) where reported and provider = '' and charge > 0"),
        ("days' limits", "refusal_sums where code = 'request_limit_exceeded'"),
        ("months' limits", "refusal_sums where code = 'spend_limit_exceeded'"),
        ("calls without credit", "refusal_sums where code = 'insufficient_credit'"),
        ("low balances", $"wallets where alert_level = {(int)BalanceLevel.Low}"),
        ("empty balances", $"wallets where alert_level = {(int)BalanceLevel.Empty}"),
        ("webhooks", "webhooks having count(*) = 2"),
        ("deliveries", $"webhook_deliveries where state = {(int)DeliveryState.Delivered} and attempts = 1"),
        ("deliveries tried again", $"webhook_deliveries where state = {(int)DeliveryState.Delivered} and attempts > 1"),
        ("deliveries given up", $"webhook_deliveries where state = {(int)DeliveryState.GivenUp} and last_status = 503"),
        ("deliveries that wait", $"webhook_deliveries where state = {(int)DeliveryState.Waiting} and next_attempt_at > @now"),
    ];

    // The past must not know of later, nor of the clock that made it.
    private static readonly (string What, string Sql)[] Unwanted =
    [
        ("test clocks", "test_clocks"),
        ("attempts sent later", "payment_attempts where sent_at > @now"),
        ("refunds made later", "refunds where created_at > @now or ended_at > @now"),
        ("entries made later", "ledger_entries where created_at > @now"),
        ("events without a body", "webhook_events where body is null or length(body) = 0"),
        ("deliveries made later", "webhook_deliveries where created_at > @now"),
        ("credit that should have expired", "grants where not spent and expires_at < @now"),
        ("cycles that should have ended", "subscriptions where cancelled_at is null and cycle_end_at < @now - interval '10 minutes'"),
        ("limits that were passed", "(select customer_id, sum(charge) as sum from requests where not reported "
            + "and created_at >= date_trunc('month', @now) group by 1) r join customers c using (customer_id) "
            + "where limits @> '[[2]]' and r.sum > 5000000000"),
    ];

    private readonly TempDirectory _data = new();
    private readonly AtNoon _time = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Seed_400Customers_HasEachStory_AndIsProvenByVerify()
    {
        // Connections that are not kept: on a busy machine one of so many may take long.
        var store = await server.CreateEmptyDatabaseAsync() + ";Timeout=60";
        var options = new DemoOptions
        {
            DataDirectory = _data.Path,
            Urls = [],
            Customers = 400,
            Requests = 12_000,
            Days = 90,
            Rate = 0,
            Seed = 1,
            SeedOnly = true,
        };
        await using (var database = await Database.OpenAsync(store, _data.Path, _ => { }, TimeProvider.System, CancellationToken.None))
        {
            await new DemoSeeder(options, new byte[32], _time).SeedAsync(database, Key, CancellationToken.None);
        }

        await using var source = NpgsqlDataSource.Create(store);
        var wrong = new List<string>();
        foreach (var (what, sql) in Wanted)
        {
            if (await CountAsync(source, sql) == 0)
            {
                wrong.Add($"no {what}");
            }
        }

        foreach (var (what, sql) in Unwanted)
        {
            if (await CountAsync(source, sql) is var count and > 0)
            {
                wrong.Add($"{count} {what}");
            }
        }

        Assert.Empty(wrong);
        Directory.CreateDirectory(DataDirectory.JournalIn(_data.Path));
        var output = new StringWriter();
        var code = await VerifyCommand.RunAsync(
            new StoreOptions(_data.Path, store, NodeId: 1), PriceCatalog.Shipped(), isRecorded: false, output, output,
            CancellationToken.None);
        Assert.True(code == 0, output.ToString());
    }

    private async Task<long> CountAsync(NpgsqlDataSource source, string rows)
    {
        await using var command = source.CreateCommand($"select count(*) from {rows}");
        if (rows.Contains("@now", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("now", _time.GetUtcNow());
        }

        return await command.ExecuteScalarAsync() is long count ? count : 0;
    }

    private sealed class AtNoon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    }
}
