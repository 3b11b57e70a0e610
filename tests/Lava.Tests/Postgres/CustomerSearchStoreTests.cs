using System.Text.Json.Nodes;
using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>Searches among 20,000 customers of one merchant and 2,000 of another: what they find, and what they read.</summary>
[Collection(PostgresCollection.Name)]
public sealed class CustomerSearchStoreTests(PostgresServer server) : IAsyncLifetime
{
    private const int Limit = 51;

    // Some 20 MB out of memory, in some 20 ms. A page's rows alone meet four tables, each by two or three pages of an index and one of the
    // table.
    private const long PagesMax = 3_000;

    // Whom a limit refused is looked up with its plan; some 700 are there.
    private const long LimitedPagesMax = 15_000;

    // Of what not one in ten has, all are read with what they used, after the 500 who used the most.
    private const long UsedPagesMax = 10_000;
    private const long CountPagesMax = 15_000;

    private static readonly DateOnly Today = new(2026, 11, 12);

    private readonly Guid _rare = Ids.New(TimeProvider.System);
    private readonly Guid _common = Ids.New(TimeProvider.System);
    private HashSet<Guid> _limited = [];
    private HashSet<Guid> _unpaid = [];
    private NpgsqlDataSource _source = null!;
    private CustomerSearchStore _store = null!;
    private Books _books = null!;
    private Books _others = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync() + ";Command Timeout=120");
        _store = new CustomerSearchStore(_source);
        _books = await Books.OpenAsync(_source);
        _others = await Books.OpenAsync(_source);
        foreach (var plan in new[] { _rare, _common })
        {
            await _books.ExecuteAsync(
                """
                insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover,
                  bundle_rollover, created_at) values ($1, $2, 'Plan', 0, 0, 2, 0, 0, now())
                """,
                plan, _books.MerchantId);
        }

        await FillAsync(_books.MerchantId, 20_000, 'a');
        await FillAsync(_others.MerchantId, 2_000, 'b');
        await LimitAsync();
        await PayAsync();
        foreach (var table in new[] { "customers", "wallets", "subscriptions", "usage_windows", "plans", "limit_notices", "payments" })
        {
            await _books.ExecuteAsync($"vacuum (analyze) {table}");
        }
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Find_AnyQuery_FindsWhatAPlainFilterDoesOnceEachNewestFirst()
    {
        var all = await FindAllAsync(new CustomerQuery(), 5_000);
        Assert.Equal(20_000 - (20_000 / 100) - (20_000 / 200), all.Count);
        foreach (var query in Queries())
        {
            var expected = InOrder(all.Where(customer => IsOf(customer, query)), query.Order).Select(customer => customer.Id).ToList();
            var found = await FindAllAsync(query, expected.Count > 1_000 ? 1_000 : 7);

            Assert.True(expected.SequenceEqual(found.Select(customer => customer.Id)), $"{query}: {expected.Count} and {found.Count}");
        }

        Assert.Equal(all.OrderByDescending(customer => Ids.Format("x", false, customer.Id), StringComparer.Ordinal), all);
        await AssertAloneAsync(all);
    }

    [Fact]
    public async Task Find_TwentyThousandCustomers_ReadsNoTableWhole()
    {
        List<string> dear = [];
        foreach (var query in Queries())
        {
            var pages = 0L;
            List<string> whole = [];
            foreach (var command in CustomerSearch.Commands(_books.MerchantId, query, Today, CustomerPlace.First, Limit))
            {
                var plan = (await ExplainAsync(command))["Plan"]!;
                pages += (long)plan["Shared Hit Blocks"]! + (long)plan["Shared Read Blocks"]!;
                whole.AddRange(Wholly(plan));
                if ((double)plan["Actual Rows"]! >= Limit)
                {
                    break;
                }
            }

            var most = query.Look == CustomerLook.Limited ? LimitedPagesMax
                : query is { Order: CustomerOrder.MostUsed, IsFiltered: true } ? UsedPagesMax : PagesMax;
            if (pages > most || whole.Count > 0)
            {
                dear.Add($"{query}: {pages} pages; read whole: {string.Join(", ", whole)}");
            }
        }

        Assert.True(dear.Count == 0, string.Join("\n", dear));
    }

    [Fact]
    public async Task Find_ACustomer_IsShownWithItsPlanAndTheMonthThatWasAskedFor()
    {
        var row = Assert.Single(await FindAllAsync(new CustomerQuery("REF_1000"), 5), one => one.ReferenceId == "ref_1000");

        Assert.Equal(("User 1000", "mail1000@example.com"), (row.Name, row.Email));
        Assert.Equal((_common, "Plan", true), (row.PlanId!.Value, row.PlanName, row.IsPastDue));
        Assert.Equal((3L, new Money(7)), (row.Requests, row.Spend));
        Assert.NotNull(row.LastAt);
        Assert.Equal(BalanceLevel.Fine, row.Level);
        var later = await _store.FindAsync(
            _books.MerchantId, new CustomerQuery("ref_1000"), Today.AddMonths(1), null, 5, CancellationToken.None);
        Assert.Equal((0L, Money.Zero), (later[0].Requests, later[0].Spend));
        Assert.Equal(7, (await _store.UsageAsync(_books.MerchantId, row.Id, CancellationToken.None))!.ByCycle[2].Spend);
        Assert.Null(await _store.UsageAsync(_others.MerchantId, row.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Count_TwentyThousandCustomers_CountsWhatIsFoundAndReadsNoTableWhole()
    {
        var counts = await _store.CountAsync(_books.MerchantId, Today, CancellationToken.None);
        var plan = (await ExplainAsync(CustomerSearch.Counts(_books.MerchantId, Today)))["Plan"]!;

        async Task<int> FoundAsync(CustomerLook look) =>
            Math.Min((await FindAllAsync(new CustomerQuery(Look: look), 1_000)).Count, CustomerCounts.Most);
        Assert.Equal(await FoundAsync(CustomerLook.Alerted), counts.Alerted);
        Assert.Equal(await FoundAsync(CustomerLook.Limited), counts.Limited);
        Assert.Equal(await FoundAsync(CustomerLook.Unpaid), counts.Unpaid);
        Assert.Empty(Wholly(plan));
        Assert.InRange((long)plan["Shared Hit Blocks"]! + (long)plan["Shared Read Blocks"]!, 1, CountPagesMax);
    }

    [Fact]
    public async Task Find_ATextThatPostgresCanNotHold_IsRefused() =>
        await Assert.ThrowsAsync<StoreRefusedException>(() => FindAllAsync(new CustomerQuery("a\0b"), 5));

    private IEnumerable<CustomerQuery> Queries() => NewestFirst().SelectMany<CustomerQuery, CustomerQuery>(
        query => [query, query with { Order = CustomerOrder.MostUsed }]);

    private IEnumerable<CustomerQuery> NewestFirst()
    {
        yield return new CustomerQuery();
        yield return new CustomerQuery(Look: CustomerLook.Limited);
        yield return new CustomerQuery("user 5", Look: CustomerLook.Limited);
        yield return new CustomerQuery(PlanId: _common, Look: CustomerLook.Limited);
        string[] texts =
        [
            "ref_1000", "REF_10", "User 77", "mail19999@", "100% ", "100%", "%", "_", "a\\b", "\\", "ärger", "USER", "nobody",
            "' or true", "user 5", new('x', 5_000),
        ];
        foreach (var text in texts)
        {
            yield return new CustomerQuery(text);
            yield return new CustomerQuery(text, Look: CustomerLook.Alerted);
        }

        yield return new CustomerQuery(PlanId: _rare);
        yield return new CustomerQuery(PlanId: _common);
        yield return new CustomerQuery("user 1", PlanId: _rare);
        yield return new CustomerQuery(PlanId: Guid.Empty);
        yield return new CustomerQuery(Look: CustomerLook.Alerted);
        yield return new CustomerQuery(PlanId: _common, Look: CustomerLook.Alerted);
        yield return new CustomerQuery(Look: CustomerLook.Unpaid);
        yield return new CustomerQuery("user 5", Look: CustomerLook.Unpaid);
        yield return new CustomerQuery(PlanId: _common, Look: CustomerLook.Unpaid);
    }

    private bool IsOf(FoundCustomer customer, CustomerQuery query) =>
        (query.Text is null || new[] { customer.ReferenceId, customer.Name, customer.Email }.Any(
            text => text?.StartsWith(query.Text, StringComparison.OrdinalIgnoreCase) == true))
        && (query.PlanId is null || customer.PlanId == query.PlanId)
        && (query.Look != CustomerLook.Alerted || customer.Level != BalanceLevel.Fine)
        && (query.Look != CustomerLook.Limited || _limited.Contains(customer.Id))
        && (query.Look != CustomerLook.Unpaid || _unpaid.Contains(customer.Id))
        && (query.Order == CustomerOrder.Newest || customer.Requests > 0);

    private static IEnumerable<FoundCustomer> InOrder(IEnumerable<FoundCustomer> newest, CustomerOrder order) =>
        order == CustomerOrder.Newest ? newest : newest.OrderByDescending(customer => customer.Spend); // stable

    // By its id a customer is found in its own merchant's list alone.
    private async Task AssertAloneAsync(List<FoundCustomer> all)
    {
        var one = all[123].Id;
        Assert.Equal([one], (await FindAllAsync(new CustomerQuery(Id: one), 5)).Select(found => found.Id));
        Assert.Empty(await _store.FindAsync(_others.MerchantId, new CustomerQuery(Id: one), Today, null, 5, CancellationToken.None));
    }

    private async Task<List<FoundCustomer>> FindAllAsync(CustomerQuery query, int pageSize)
    {
        List<FoundCustomer> all = [];
        while (true)
        {
            CustomerPlace? after = all.Count == 0 ? null : new CustomerPlace(all[^1].Id, all[^1].Spend);
            var page = await _store.FindAsync(_books.MerchantId, query, Today, after, pageSize, CancellationToken.None);
            all.AddRange(page);
            if (page.Count < pageSize)
            {
                return all;
            }
        }
    }

    // Of a hundred one is deleted; of two hundred one is a draft; the others' wallets, names and plans vary.
    private async Task FillAsync(Guid merchant, int count, char mark) => await _books.ExecuteAsync(
        $"""
        create temp table made on commit drop as
        with wallet as (
          insert into wallets (merchant_id, kind, floor, version, alert_level)
          select '{merchant}', 0, 0, case when i % 150 = 7 then 0 else 5 end,
            case when i % 150 = 7 or i % 600 = 1 then 2 when i % 600 = 2 then 1 else 0 end
          from generate_series(1, {count}) i order by i
          returning wallet_id)
        select wallet_id, row_number() over (order by wallet_id) as i,
          ('0{mark}' || lpad(to_hex(row_number() over (order by wallet_id)), 30, '0'))::uuid as id from wallet;
        insert into customers (customer_id, merchant_id, wallet_id, reference_id, name, email, created_at, deleted_at, is_draft, limits)
        select id, '{merchant}', wallet_id, case when i % 7 = 0 then null else 'ref_' || i end,
          case when i % 500 = 3 then '100% of ' || i when i % 500 = 4 then 'a\b' || i when i % 500 = 5 then 'ärger ' || i
            when i % 500 = 6 then null else 'User ' || i end,
          case when i % 3 = 0 then null else 'mail' || i || '@example.com' end, now(),
          case when i % 100 = 99 then now() end, i % 200 = 50,
          case when abs(hashtext(id::text)) % 20 = 1 then '[[0, 0, 100], [2, 2, 50], [1, 1, 7], [1, 4, 5]]'::jsonb end
        from made;
        insert into subscriptions (subscription_id, merchant_id, customer_id, plan_id, started_at, past_due_since)
        select id, '{merchant}', id, case when i % 1000 = 11 then '{_rare}'::uuid else '{_common}'::uuid end, now(),
          case when i % 1000 = 0 then now() end
        from made where i % 2 = 0 or i % 1000 = 11;
        insert into usage_windows
        select id, '{merchant}', date '2026-11-05', 1, 2, 3, date '2026-11-02', 1, 2, 3,
          case when i % 40 in (7, 8) then date '2026-10-01' else date '2026-11-01' end, 3, 5,
          case when i % 1000 = 0 then 7 else exp(i * 7919 % 20011 / 700.0)::bigint end,
          date '2026-11-01', 3, 5, 7, 3, 5, 7, now()
        from made where i % 4 <> 1;
        """);

    // Customers of either merchant with limits of every time; whom a limit refused lately, long ago, or before it was raised.
    private async Task LimitAsync()
    {
        await _books.ExecuteAsync("update plans set limits = '[[1, 3, 9]]' where plan_id = $1", _rare);
        await _books.ExecuteAsync(
            """
            insert into limit_notices (subject_id, unit, cycle, window_start, merchant_id, amount)
            select c.customer_id, n.unit, n.cycle, n.start, c.merchant_id, n.amount from customers c cross join (values
              (0, 0, timestamptz '2026-11-12T00:00Z', 100::bigint, 0), (0, 0, '2026-11-11T00:00Z', 100, 1),
              (1, 1, '2026-11-09T00:00Z', 7, 2),
              (2, 2, '2026-11-01T00:00Z', 49, 3), (2, 2, '2026-11-01T00:00Z', null, 4), (1, 4, '0001-01-01T00:00Z', 5, 5),
              (0, 2, '2026-11-01T00:00Z', 100, 6), (1, 3, '2026-11-01T00:00Z', 9, 7), (2, 2, '2026-11-01T00:00Z', 51, 8)
            ) n (unit, cycle, start, amount, kind)
            where (c.limits is not null or n.kind = 7 and abs(hashtext(c.customer_id::text)) % 5 = 2)
                and abs(hashtext(c.customer_id::text)) / 20 % 10 = n.kind
              or n.kind = 7 and exists (select from subscriptions s where s.customer_id = c.customer_id and s.plan_id = $1)
            """,
            _rare);

        // Today's, this week's, of a limit that is not known, of all time, and lowered since; not yesterday's, raised since, or gone.
        var limited = await _books.ScalarAsync<Guid[]>(
            """
            select array_agg(customer_id) from customers c where merchant_id = $1
              and (limits is not null and abs(hashtext(customer_id::text)) / 20 % 10 in (0, 2, 4, 5, 8)
                or exists (select from subscriptions s where s.customer_id = c.customer_id and s.plan_id = $2))
            """,
            _books.MerchantId, _rare);
        _limited = [.. limited];
    }

    // A payment of every customer, and of some one more: to be decided, declined, declined twice over time, given up, or not tried yet.
    private async Task PayAsync()
    {
        const string Add =
            """
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, status, attempts,
              next_attempt_at, is_automatic, created_at, ended_at, review)
            select gen_random_uuid(), merchant_id, customer_id, wallet_id, 4, 1, 0, 0, status, attempts,
              case when status = 0 then now() end, false, now(), case when status > 1 then now() end, case when status = 5 then 'why' end
            from customers c cross join (values (2, 1, -1), (5, 1, 0), (0, 1, 1), (5, 2, 2), (0, 2, 2), (3, 4, 3), (0, 0, 4))
              p (status, attempts, kind)
            where kind < 0 or abs(hashtext(c.customer_id::text)) / 20 % 200 = kind
            """;
        await _books.ExecuteAsync(Add);
        var unpaid = await _books.ScalarAsync<Guid[]>(
            "select array_agg(customer_id) from customers where merchant_id = $1 and abs(hashtext(customer_id::text)) / 20 % 200 < 3",
            _books.MerchantId);
        _unpaid = [.. unpaid];
    }

    private async Task<JsonNode> ExplainAsync(NpgsqlCommand command)
    {
        await using var connection = await _source.OpenConnectionAsync();
        command.Connection = connection;
        command.CommandText = $"explain (analyze, buffers, timing off, format json) {command.CommandText}";
        await using (command)
        {
            return JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)![0]!;
        }
    }

    // The plans of a merchant fit on one page, and notices of limits, which are forgotten, on some.
    private static IEnumerable<string> Wholly(JsonNode node)
    {
        if ((string?)node["Node Type"] == "Seq Scan" && (string)node["Relation Name"]! is var table and not ("plans" or "limit_notices"))
        {
            yield return table;
        }

        foreach (var found in (node["Plans"]?.AsArray() ?? []).SelectMany(child => Wholly(child!)))
        {
            yield return found;
        }
    }
}
