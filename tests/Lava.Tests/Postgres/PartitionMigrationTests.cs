using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>A store of the first schema with requests in it: the second carries all of them over.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PartitionMigrationTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly Guid Merchant = Guid.Parse("00000000-0000-0000-0000-0000000000aa");
    private static readonly RequestFilter All = new() { MerchantId = Merchant, From = DateTimeOffset.UnixEpoch };
    private NpgsqlDataSource _source = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateEmptyDatabaseAsync());
        await new Migrator(_source, [Migration.Embedded()[0]]).ApplyAsync(CancellationToken.None);
        await ReadAsync(
            """
            insert into journal_positions values (3, 1, 77), (4, 1, 99);
            insert into requests
            select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || lpad(to_hex(i), 20, '0'))::uuid,
              '00000000-0000-0000-0000-0000000000aa', 'r-' || i, null, null, 1, 1, i % 3 > 0, i % 5 = 0, 'openai', 0,
              case when i % 4 > 0 then 'm' || i % 4 end, 'e', null, 200, false, null, 2, i, 1, 0, 0, 0, 0, null, i, 2, null, 7, 0, 0, null,
              0, 5, 0, 0, '2026-11-01', 0, '{"n": "1"}', null, at, at, 0, 0
            from (
              select i, timestamptz '2026-08-15 00:00+00' + make_interval(mins => 50 * i) as at from generate_series(1, 2000) i
              union all select 0, timestamptz '1999-01-01 00:00+00'
            ) times
            """);
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Apply_StoreWithRequests_KeepsListsAndSums()
    {
        // Without the columns of later steps, which are at their defaults.
        const string rows =
            """
            select string_agg(
              (to_jsonb(r) - array['service_tier', 'regional', 'usage_reason', 'by_model', 'job']
                - 'spend_key_id')::text, '|' order by id desc)
            from requests r
            """;
        const string sums =
            """
            select string_agg(s::text, '|') from (
              select date_trunc('day', created_at at time zone 'UTC') as day, model, count(*)::bigint as requests,
                sum(input_tokens + output_tokens)::bigint as tokens, sum(input_cost + output_cost)::bigint as cost,
                sum(case when billed then charge else 0 end)::bigint as charge
              from requests group by 1, 2 order by 1, 2) s
            """;
        var (rowsBefore, sumsBefore) = (await ReadAsync(rows), await ReadAsync(sums));

        await new Migrator(_source).ApplyAsync(CancellationToken.None);

        Assert.Equal(rowsBefore, await ReadAsync(rows));
        var usage = await new UsageStore(_source).SumAsync(
            All, TimeSpan.Zero, hourly: false, UsageGrouping.Model, int.MaxValue, CancellationToken.None);
        Assert.Equal(
            sumsBefore,
            string.Join('|', usage.Select(sum =>
                $"(\"{sum.Start:yyyy-MM-dd HH:mm:ss}\",{sum.Text},{sum.Requests},{sum.Tokens},{sum.Cost.Units},{sum.Charge.Units})")));
        var listed = await new RequestStore(_source).SearchAsync(All, before: null, 5_000, CancellationToken.None);
        Assert.Equal(2_001, listed.Count);
        Assert.Equal(listed.OrderByDescending(record => record.Id).Select(record => record.Id), listed.Select(record => record.Id));
    }

    [Fact]
    public async Task Apply_StoreWithRequests_PartsThemAndCountsThem()
    {
        await new Migrator(_source).ApplyAsync(CancellationToken.None);

        Assert.Equal("2001,10005", await ReadAsync("select sum(records) || ',' || sum(debited) from journal_positions"));
        Assert.Equal(
            "requests_2026_08=489,requests_2026_09=864,requests_2026_10=647,requests_early=1",
            await ReadAsync(
                """
                select string_agg(part || '=' || n, ',' order by part) from (
                  select tableoid::regclass::text as part, count(*) as n from requests group by 1) parts
                """));
        Assert.Equal("401", await ReadAsync("select count(*)::text from report_ids join requests using (id, merchant_id, request_id)"));
        var found = await new RequestStore(_source).FindAsync(Merchant, "r-10", CancellationToken.None);
        Assert.Equal("r-10", found?.RequestId);
    }

    private async Task<string?> ReadAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string;
    }
}
