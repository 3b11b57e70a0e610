using System.Text.Json.Nodes;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>What each way reads among 200,000 requests of two months: in pages, which no other load on the machine changes.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RequestSearchPlanTests(PostgresServer server) : IAsyncLifetime
{
    private const int Limit = 51;

    // The issue's design says 2,000 pages of 8 KiB for any way.
    private const long PagesMax = 2_000;

    private readonly Guid _large = Guid.NewGuid();
    private readonly Guid _few = Guid.NewGuid();
    private readonly Guid _meter = Guid.NewGuid();
    private readonly Guid _key = Guid.NewGuid();
    private NpgsqlDataSource _source = null!;
    private RequestStore _store = null!;
    private Books _books = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync() + ";Command Timeout=300");
        _store = new RequestStore(_source);
        _books = await Books.OpenAsync(_source);
        await FillAsync();
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Search_AnyFilter_ReadsFewPages()
    {
        var all = new RequestFilter { MerchantId = _books.MerchantId };
        var day = new DateTimeOffset(2025, 11, 10, 0, 0, 0, TimeSpan.Zero);
        (string Name, RequestFilter Filter)[] filters =
        [
            ("all", all),
            ("a day", all with { From = day, Until = day.AddDays(1) }),
            ("a customer", all with { CustomerId = _large }),
            ("a customer, a rare model", all with { CustomerId = _large, Model = "rare" }),
            ("a customer, a common model", all with { CustomerId = _large, Model = "m1" }),
            ("a customer, failed", all with { CustomerId = _large, Status = RequestStatus.Error }),
            ("a customer with few", all with { CustomerId = _few }),
            ("a customer with few, a model", all with { CustomerId = _few, Model = "m1" }),
            ("a meter", all with { MeterId = _meter }),
            ("failed", all with { Status = RequestStatus.Error }),
            ("a rare model", all with { Model = "rare" }),
            ("a rare model of a day", all with { Model = "rare", From = day, Until = day.AddDays(1) }),
            ("a common model", all with { Model = "m1" }),
            ("no such model", all with { Model = "none" }),
            ("a rare provider", all with { Provider = "seldom" }),
            ("a common provider", all with { Provider = "openai" }),
            ("a rare model, a rare provider", all with { Model = "rare", Provider = "seldom" }),
            ("a meter and a rare model", all with { MeterId = _meter, Model = "rare" }),
            ("a model, failed", all with { Model = "m1", Status = RequestStatus.Error }),
            ("metadata, seldom", all with { Metadata = """{"user":"u"}""" }),
            ("metadata, often", all with { Metadata = """{"feature":"chat"}""" }),
            ("a spend key", all with { SpendKeyId = _key }),
            ("unknown usage", all with { Certainty = UsageCertainty.Unknown }),
            ("partial usage, which none has", all with { Certainty = UsageCertainty.Partial }),
            ("a customer, unknown usage", all with { CustomerId = _large, Certainty = UsageCertainty.Unknown }),
            ("a rare model, unknown usage", all with { Model = "rare", Certainty = UsageCertainty.Unknown }),
        ];
        List<string> dear = [];
        foreach (var (name, filter) in filters)
        {
            var (pages, wholly) = await CostOfAsync(filter);
            if (pages > PagesMax || wholly.Count > 0)
            {
                dear.Add($"{name}: {pages} pages; read whole: {string.Join(", ", wholly)}");
            }
        }

        Assert.True(dear.Count == 0, string.Join("\n", dear));
        await AssertTooManyForAnIndexAsync();
    }

    // 100,000 have the pair, 20 of them are unknown: neither the newest 5,000 nor 10,000 out of the index are all.
    private async Task AssertTooManyForAnIndexAsync()
    {
        var often = new RequestFilter { MerchantId = _books.MerchantId, Metadata = """{"feature":"chat"}""" };
        var filter = often with { Certainty = UsageCertainty.Unknown };
        Assert.Null(await FirstOrNullAsync(RequestSearch.Recent(filter, null, 1)));

        var found = await _store.SearchAsync(filter, before: null, 100, CancellationToken.None);

        Assert.Equal(
            await _books.ScalarAsync<long>(
                "select count(*) from requests where usage_certainty = 0 and metadata @> '{\"feature\":\"chat\"}'"),
            found.Count);
        Assert.NotEmpty(found);
    }

    // 200,000 requests of 60 days; 30 % of one customer, 5 of another; the rest of a thousand.
    private Task FillAsync() => _books.ExecuteAsync(
        $"""
        select add_requests_month('2025-10-01'), add_requests_month('2025-11-01');
        insert into requests
        select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || lpad(to_hex(i), 20, '0'))::uuid,
          '{_books.MerchantId}', i::text,
          case when i % 40000 = 7 then '{_few}' when i % 10 < 3 then '{_large}' else lpad(to_hex(i % 997), 32, '0')::uuid end,
          case when i % 3 = 0 then '{_meter}'::uuid end, 1, case when i % 50 = 1 then 2 else 1 end, true, false,
          case when i % 10000 = 1 then 'seldom' else 'openai' end, 0,
          case when i % 10000 = 1 then 'rare' else 'm' || i % 3 end, 'e', null, 200, false, null,
          case when i % 10000 = 0 then 0 else 2 end, 1, 1, 0, 0, 0, 0, null, 0, 0, null, 0, 0, 0, null, 0, 0, 0, 0, '2026-11-01', 0,
          case when i % 10000 = 3 then jsonb_build_object('user', 'u') when i % 2 = 0 then jsonb_build_object('feature', 'chat') end,
          null, at, at, 0, 0, 0, false, 0, null, 0, case when i % 20000 = 5 then '{_key}'::uuid end
        from (select i, timestamptz '2025-10-01 00:00+00' + i * interval '60 days' / 200000 as at from generate_series(1, 199999) i) times;
        insert into usage_sums
        select merchant_id, quarter_of(created_at), customer_id, coalesce(meter_id, '00000000-0000-0000-0000-000000000000'), status,
          provider, model, count(*), 0, 0, 0
        from requests group by 1, 2, 3, 4, 5, 6, 7;
        insert into usage_totals
        select merchant_id, quarter_of(created_at), coalesce(meter_id, '00000000-0000-0000-0000-000000000000'), provider,
          model, count(*), count(*) filter (where status = 2), 0, 0, 0, 0, 0
        from requests group by 1, 2, 3, 4, 5;
        analyze requests; analyze usage_sums; analyze usage_totals;
        """);

    private async Task<(long Pages, List<string> Wholly)> CostOfAsync(RequestFilter filter)
    {
        var pages = 0L;
        List<string> wholly = [];
        await foreach (var command in CommandsAsync(filter))
        {
            var plan = await ExplainAsync(command);
            pages += Pages(plan);
            wholly.AddRange(Wholly(plan["Plan"]!));
        }

        return (pages, wholly);
    }

    // As the store does it, for a first page.
    private async IAsyncEnumerable<NpgsqlCommand> CommandsAsync(RequestFilter filter)
    {
        switch (RequestSearch.WayOf(filter))
        {
            case RequestWay.Direct:
                yield return RequestSearch.Direct(filter, null, Limit);
                break;
            case RequestWay.Metadata:
                yield return RequestSearch.Recent(filter, null, Limit);
                if ((await _store.SearchAsync(filter, null, Limit, CancellationToken.None)).Count < Limit)
                {
                    yield return RequestSearch.Found(filter, null);
                }

                break;
            case var way:
                if (way == RequestWay.LedByCustomer && filter.Model is not null)
                {
                    yield return RequestSearch.CountTotals(filter);
                    var few = (long)(await FirstOrNullAsync(RequestSearch.CountTotals(filter)))! <= RequestSearch.FewTotals;
                    way = few ? RequestWay.LedByTotals : way;
                }

                yield return RequestSearch.Quarters(filter, way, RequestSearch.EndOf(filter, null), Limit);
                var quarters = new List<DateTimeOffset>();
                await using (var command = RequestSearch.Quarters(filter, way, RequestSearch.EndOf(filter, null), Limit))
                await using (var connection = await _source.OpenConnectionAsync())
                {
                    command.Connection = connection;
                    await using var reader = await command.ExecuteReaderAsync();
                    while (await reader.ReadAsync())
                    {
                        quarters.Add(reader.GetFieldValue<DateTimeOffset>(0));
                    }
                }

                yield return RequestSearch.InSpans(filter, RequestSpan.Of(quarters), null, Limit);
                break;
        }
    }

    private async Task<object?> FirstOrNullAsync(NpgsqlCommand command)
    {
        await using var connection = await _source.OpenConnectionAsync();
        command.Connection = connection;
        await using (command)
        {
            return await command.ExecuteScalarAsync();
        }
    }

    private async Task<JsonNode> ExplainAsync(NpgsqlCommand command)
    {
        command.CommandText = $"explain (analyze, buffers, timing off, format json) {command.CommandText}";
        return JsonNode.Parse((string)(await FirstOrNullAsync(command))!)![0]!;
    }

    private static long Pages(JsonNode plan) =>
        (long)plan["Plan"]!["Shared Hit Blocks"]! + (long)plan["Plan"]!["Shared Read Blocks"]!;

    // Empty partitions are read whole, and nothing is in them. Totals are small.
    private static IEnumerable<string> Wholly(JsonNode node)
    {
        if ((string?)node["Node Type"] == "Seq Scan" && (string)node["Relation Name"]! is var table and not "usage_totals"
            && (double)node["Actual Rows"]! + ((double?)node["Rows Removed by Filter"] ?? 0) > 0)
        {
            yield return table;
        }

        foreach (var found in (node["Plans"]?.AsArray() ?? []).SelectMany(child => Wholly(child!)))
        {
            yield return found;
        }
    }
}
