using Lava.Metering;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>A store of the third schema with requests in two months: the fourth leaves them as they are and reads them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class UsageMigrationTests(PostgresServer server) : IAsyncLifetime
{
    private const int StepsBefore = 3;
    private static readonly Guid Merchant = Guid.Parse("00000000-0000-0000-0000-0000000000aa");
    private NpgsqlDataSource _source = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateEmptyDatabaseAsync());
        await new Migrator(_source, [.. Migration.Embedded().Take(StepsBefore)]).ApplyAsync(CancellationToken.None);
        await ScalarAsync(
            """
            select add_requests_month('2026-08-01'), add_requests_month('2026-09-01');
            insert into requests
            select first_id_at(at), '00000000-0000-0000-0000-0000000000aa', 'r-' || i,
              case when i = 2 then '00000000-0000-0000-0000-0000000000cc'::uuid end, null, 1, 1, true, true, 'openai', 0, 'm', 'e',
              null, 200, false, null, 2, i, 1, 0, 0, 0, 0, '{"pages": 3}', i, 2, null, 7, 0, 0, null, 0, 5, 0, 0, '2026-08-01', 0, null,
              null, at, at, 0, 0
            from (select i, timestamptz '2026-08-15 00:00+00' + make_interval(days => 15 * i) as at from generate_series(1, 2) i) times;
            insert into report_ids select merchant_id, request_id, id from requests;
            insert into usage_sums
            select merchant_id, quarter_of(created_at), coalesce(customer_id, '00000000-0000-0000-0000-000000000000'),
              '00000000-0000-0000-0000-000000000000', status, provider, model, 1, input_tokens + output_tokens, input_cost + output_cost,
              charge
            from requests
            """);
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Apply_StoreWithRequests_ReadsThemAsServedTheUsualWay()
    {
        var files = await ScalarAsync(Files);

        await new Migrator(_source).ApplyAsync(CancellationToken.None);

        Assert.Equal(files, await ScalarAsync(Files));
        var found = await new RequestStore(_source).FindAsync(Merchant, "r-2", CancellationToken.None);
        Assert.NotNull(found);
        Assert.Equal((ServiceTier.Standard, false, 0), (found.ServiceTier, found.IsRegional, found.ByModel.Length));
        Assert.Equal(
            new Usage { InputTokens = 2, OutputTokens = 1, Pages = 3, Certainty = UsageCertainty.Exact }, found.Usage);
        Assert.Equal("openai m 1, openai m 1", await ScalarAsync(
            "select string_agg(provider || ' ' || model || ' ' || requests, ', ' order by quarter) from usage_totals"));
        Assert.Equal("0000000000cc 2026-09-14 00:00 1 0 3 4 7", await ScalarAsync(
            """
            select concat_ws(' ', right(customer_id::text, 12), to_char(hour at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), requests, errors,
              tokens, cost, charge) from usage_hours
            """));
    }

    // A table that was rewritten lies in another file.
    private const string Files =
        "select string_agg(pg_relation_filenode(inhrelid)::text, ',' order by inhrelid) from pg_inherits "
        + "where inhparent = 'requests'::regclass";

    private async Task<string?> ScalarAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string;
    }
}
