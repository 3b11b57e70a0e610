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

[Collection(PostgresCollection.Name)]
public sealed class DemoSeederTests(PostgresServer server) : IDisposable
{
    private const string Key = "aks_test_demonstration-of-a-past";
    private const int Calls = 3_000;

    // What the store says of its calls and its money, as one hash.
    private const string Content = """
        select md5(string_agg(t::text, '|' order by t)) from (
          select concat(request_id, customer_id, model, input_tokens, output_tokens, charge, debit, created_at, completed_at, slices) t
          from requests
          union all select concat(grant_id, customer_id, amount, remaining, created_at) from grants
          union all select concat(payment_id, kind, status, attempts, amount, created_at, ended_at) from payments
          union all select concat(adjustment_id, amount, created_at) from adjustments
          union all select concat(subscription_id, plan_id, cycle_index, cancelled_at) from subscriptions
          union all select concat(customer_id, name, reference_id, created_at) from customers) rows
        """;

    private readonly TempDirectory _data = new();
    private readonly AtNoon _time = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Seed_SmallStore_IsProvenByVerify_AndHasWhatWasAskedFor()
    {
        var store = await server.CreateEmptyDatabaseAsync();
        var file = await SeedAsync(store, seed: 1);

        Assert.Equal(Calls, file.CallsByDay.Sum());
        Assert.Equal(Calls, await ScalarAsync(store, "select count(*) from requests"));
        Assert.Equal(16, await ScalarAsync(store, "select count(*) from customers"));
        Assert.Equal(45, await ScalarAsync(store, "select count(distinct created_at::date) from requests"));
        Assert.True(await ScalarAsync(store, "select count(*) from subscription_cycles where cycle_id is not null") > 2);
        Assert.True(await ScalarAsync(store, "select sum(calls)::bigint from refusal_sums") > 0);
        Assert.Equal(0, await ScalarAsync(store, "select count(*) from requests r join customers c using (customer_id) "
            + "where r.created_at < c.created_at or r.completed_at > timestamptz '2026-11-22 12:00+00'"));

        Directory.CreateDirectory(DataDirectory.JournalIn(_data.Path));
        var output = new StringWriter();
        var code = await VerifyCommand.RunAsync(
            new StoreOptions(_data.Path, store, NodeId: 1), PriceCatalog.Shipped(), isRecorded: true, output, output,
            CancellationToken.None);
        Assert.True(code == 0, output.ToString());
    }

    /// <summary>
    /// Within a wallet time runs as entries do, and nobody owes but who pays later, whose money went back, or whose work had been done.
    /// </summary>
    [Fact]
    public async Task Seed_Ledger_ReadsAsIfItHadHappened()
    {
        var store = await server.CreateEmptyDatabaseAsync();
        await SeedAsync(store, seed: 3);

        const string History = """
            with history as (
              select e.wallet_id, e.created_at, sum(e.amount) over (partition by e.wallet_id order by e.entry_id) as balance,
                lag(e.created_at) over (partition by e.wallet_id order by e.entry_id) as before
              from ledger_entries e join wallets w using (wallet_id) where w.kind = 0
            )
            """;
        Assert.Equal(0, await ScalarAsync(
            store,
            $"""
            {History} select count(*) from history where balance < 0 and wallet_id not in (
              select wallet_id from customers join subscriptions using (customer_id) join plans p using (plan_id) where p.name = 'Metered'
              union select wallet_id from disputes join payments using (payment_id)
              union select wallet_id from requests where reported)
            """));

        // A call is booked at its end: one that began later may be booked before.
        Assert.Equal(0, await ScalarAsync(
            store, $"{History} select count(*) from history where created_at < before - interval '3 minutes'"));
    }

    [Fact]
    public async Task Seed_SameSeed_MakesTheSameStore_AnotherOneAnother()
    {
        string[] contents = [await ContentAsync(7), await ContentAsync(7), await ContentAsync(8)];
        Assert.Equal(contents[0], contents[1]);
        Assert.NotEqual(contents[0], contents[2]);

        async Task<string> ContentAsync(long seed)
        {
            var store = await server.CreateEmptyDatabaseAsync();
            await SeedAsync(store, seed);
            await using var source = NpgsqlDataSource.Create(store);
            await using var command = source.CreateCommand(Content);
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task Seed_StoreWithAMerchant_IsRefused()
    {
        var store = await server.CreateEmptyDatabaseAsync();
        await SeedAsync(store, seed: 1);
        await Assert.ThrowsAsync<StartupException>(() => SeedAsync(store, seed: 1));
    }

    private async Task<DemoFile> SeedAsync(string store, long seed)
    {
        var options = new DemoOptions
        {
            DataDirectory = _data.Path,
            Urls = [],
            Customers = 16,
            Requests = Calls,
            Days = 45,
            Rate = 0,
            Seed = seed,
            SeedOnly = true,
        };
        await using var database = await Database.OpenAsync(store, _data.Path, _ => { }, TimeProvider.System, CancellationToken.None);
        return await new DemoSeeder(options, new byte[32], _time).SeedAsync(database, Key, CancellationToken.None);
    }

    private static async Task<long> ScalarAsync(string store, string sql)
    {
        await using var source = NpgsqlDataSource.Create(store);
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class AtNoon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    }
}
