using System.Text.Json.Nodes;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>
/// What needs attention, counted for menus: as many as the lists have, and cheap for a merchant with 20,000 customers, half of them
/// without any credit yet, after a night in which 500 were refused 96,000 times.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class AttentionStoreTests(PostgresServer server) : IAsyncLifetime
{
    private const int Limit = 10;

    // Each is 8 KB; 65 are read: of the wallets that never held anything the first hundreds are passed over, of everything else some rows
    // are found by an index.
    private const long PagesMax = 150;

    private static readonly DateTimeOffset Since = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private NpgsqlDataSource _source = null!;
    private AttentionStore _store = null!;
    private Books _books = null!;
    private Books _others = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync() + ";Command Timeout=120");
        _store = new AttentionStore(_source);
        _books = await Books.OpenAsync(_source);
        _others = await Books.OpenAsync(_source);
        await FillAsync();
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Count_ManyOfEachKind_IsThatOfTheListsLines()
    {
        // Ten of each, and one line for all other payments.
        Assert.Equal((4 * Limit) + 1, await CountAsync(Limit));
        Assert.Equal(4 + 1, await CountAsync(1));
        Assert.Equal(0, await _store.CountAsync(_others.MerchantId, Since, Limit, CancellationToken.None));

        // All of them: 300 wallets, 500 customers, 12 webhooks, 200 payments.
        Assert.Equal(300 + 500 + 12 + 200, await CountAsync(1_000));
    }

    [Fact]
    public async Task Count_FewOfEachKind_IsThatOfTheListsLines()
    {
        await _books.ExecuteAsync(
            """
            update wallets set alert_level = 0 where alert_level = 1 or wallet_id % 100 <> 2;
            delete from refusal_sums where customer_id not in (select customer_id from refusal_sums group by 1 order by 1 limit 3);
            insert into refusal_sums select merchant_id, quarter, code, '00000000-0000-0000-0000-000000000000', 5 from refusal_sums
              on conflict do nothing;
            update webhook_deliveries set state = 1 where webhook_id <> md5('w1')::uuid;
            """);

        Assert.Equal(3, (await _store.RefusedAsync(_books.MerchantId, Since, Limit, CancellationToken.None)).Count);
        Assert.Equal(await LinesAsync(Limit), await CountAsync(Limit));
        await _books.ExecuteAsync("update webhook_deliveries set state = 1; delete from refusal_sums; update wallets set alert_level = 0");

        // The payments alone: what they are is never changed or removed.
        Assert.Equal(Limit + 1, await CountAsync(Limit));
    }

    [Fact]
    public async Task Count_OfAllThis_ReadsSomePages()
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = AttentionStore.CountCommand(_books.MerchantId, Since, Limit);
        command.Connection = connection;
        command.CommandText = $"explain (analyze, buffers, format json) {command.CommandText}";
        var plan = JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)![0]!;

        var pages = (long)plan["Plan"]!["Shared Hit Blocks"]! + (long)plan["Plan"]!["Shared Read Blocks"]!;

        Assert.True(pages <= PagesMax, $"{pages} pages: {plan.ToJsonString()}");
    }

    private Task<int> CountAsync(int limit) => _store.CountAsync(_books.MerchantId, Since, limit, CancellationToken.None);

    private async Task<int> LinesAsync(int limit) =>
        (await _store.AlertsAsync(_books.MerchantId, limit, CancellationToken.None)).Count
        + (await _store.RefusedAsync(_books.MerchantId, Since, limit, CancellationToken.None)).Count
        + (await _store.FailingWebhooksAsync(_books.MerchantId, limit, CancellationToken.None)).Count
        + (await _store.ListFailingPaymentsAsync(_books.MerchantId, limit, CancellationToken.None)).Count
        + (await _store.FailingPaymentsAsync(_books.MerchantId, limit + 1, CancellationToken.None) > limit ? 1 : 0);

    private async Task FillAsync()
    {
        await _books.ExecuteAsync(
            $"""
            create temp table made on commit drop as
            with wallet as (
              insert into wallets (merchant_id, kind, floor, version, alert_level)
              select '{_books.MerchantId}', 0, 0, i % 2, case when i % 2 = 0 then 2 when i % 200 in (1, 3, 5) then 1 + i % 3 / 2 else 0 end
              from generate_series(1, 20000) i order by i
              returning wallet_id)
            select wallet_id, row_number() over (order by wallet_id) as i, md5(wallet_id::text)::uuid as id from wallet;
            insert into customers (customer_id, merchant_id, wallet_id, created_at)
            select id, '{_books.MerchantId}', wallet_id, now() from made;
            insert into refusal_sums
            select '{_books.MerchantId}', timestamptz '{Since:O}' + make_interval(mins => 15 * q), code, id, 3
            from made cross join generate_series(0, 95) q cross join (values ('insufficient_credit'), ('rate_limited')) c (code)
            where i % 40 = 9;
            insert into webhooks
            select md5('w' || i)::uuid, '{_books.MerchantId}', 'w', 'http://x', 1, ''::bytea, now(), null from generate_series(1, 40) i;
            insert into webhook_events (merchant_id, wallet_id, kind) select '{_books.MerchantId}', i, 2 from generate_series(1, 2000) i;
            insert into webhook_deliveries (webhook_id, event_sequence, wallet_id, state, attempts, next_attempt_at, created_at)
            select md5('w' || (1 + e.sequence % 40))::uuid, e.sequence, e.wallet_id,
              case when e.sequence % 40 < 12 then 2 * (e.sequence % 2) else 1 end, 1, now(), now()
            from webhook_events e order by e.sequence;
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, status, attempts,
              next_attempt_at, is_automatic, created_at)
            select md5('p' || i)::uuid, '{_books.MerchantId}', id, wallet_id, 3, 0, 5, 5, 0, 1, now(), true, now()
            from made where i % 100 = 1;
            """);
        foreach (var table in new[] { "wallets", "customers", "refusal_sums", "webhooks", "webhook_deliveries", "payments" })
        {
            await _books.ExecuteAsync($"vacuum (analyze) {table}");
        }
    }
}
