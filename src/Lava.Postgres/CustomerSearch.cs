using System.Numerics;
using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The queries of <see cref="CustomerSearchStore"/>: by which index each kind of search goes.</summary>
internal static class CustomerSearch
{
    private const string Columns = "c.customer_id, c.wallet_id, c.reference_id, c.name, c.email, c.created_at";

    private const string Shown = "c.merchant_id = @merchant and c.deleted_at is null and not c.is_draft";

    private const string Page = "order by customer_id desc limit @limit";

    private const string OfPlan =
        """
        and exists (
          select from subscriptions s where s.customer_id = c.customer_id and s.plan_id = @plan and s.cancelled_at is null)
        """;

    // The same, asked for each that is left.
    private const string OfPlanEach =
        "and (select s.plan_id from subscriptions s where s.customer_id = c.customer_id and s.cancelled_at is null limit 1) = @plan";

    // From the wallets on: a planner that began with the customers would read all of them. A wallet that never held anything is no alert,
    // though nothing is in it.
    private const string Alerted =
        """
        (select k.* from wallets w cross join lateral (select * from customers where wallet_id = w.wallet_id limit 1) k
         where w.merchant_id = @merchant and w.kind = 0 and w.alert_level > 0 and w.version > 0)
        """;

    // Read before any index of names is asked: of what nearly all begin with, a page is among them.
    private const int Newest = 5_000;

    // Read before any other index is asked, for the same reason; each of them is looked up.
    private const int MostUsed = 500;

    // From the notices on, which are forgotten soon after their time. Of two limits of one unit and time the smaller one holds.
    private static readonly string Limited =
        $"""
        (select k.* from (
           select distinct subject_id from limit_notices n where n.merchant_id = @merchant and {IsPresent("n.window_start")}) l
         cross join lateral (select * from customers where customer_id = l.subject_id limit 1) k
         left join lateral (
           select s.cycle_start_at, p.limits
           from subscriptions s cross join lateral (select limits from plans p where p.plan_id = s.plan_id limit 1) p
           where s.customer_id = l.subject_id and s.cancelled_at is null limit 1) s on true
         where exists (
           select from limit_notices n
           where n.subject_id = l.subject_id
             and {IsPresent("coalesce(date_trunc('day', s.cycle_start_at, 'UTC'), @month_at)")}
             and (
               select min((f ->> 2)::bigint)
               from jsonb_array_elements(coalesce(k.limits, '[]') || coalesce(s.limits, '[]')) f
               where (f ->> 0)::smallint = n.unit and (f ->> 1)::smallint = n.cycle) <= coalesce(n.amount, {long.MaxValue})))
        """;

    // From the few payments on that fail.
    private static readonly string Unpaid =
        $"""
        (select k.* from (select distinct customer_id from ({AttentionStore.FailingPayments}) failing) f
         cross join lateral (select * from customers where customer_id = f.customer_id limit 1) k)
        """;

    // Each of them has an index by its beginning.
    private static readonly string[] Searched = ["reference_id", "name", "email"];

    /// <summary>
    /// The queries: the first that fills a page is the answer, else the last one. PostgreSQL can't tell how many begin with a text: it
    /// takes each text for a rare one, and would read and sort all that begin with a common one.
    /// </summary>
    public static NpgsqlCommand[] Commands(Guid merchantId, CustomerQuery query, DateOnly today, CustomerPlace after, int limit)
    {
        var found = query.Order == CustomerOrder.MostUsed
            ? ByUse(query)
            : ByAge(query).Select(one => $"select c.*, 0 as rank from ({one}) c");
        return
        [
            .. found.Select(one => Timed(Paged(one), merchantId, today)
                .AddId("id", query.Id).AddId("plan", query.PlanId)
                .AddText("text", query.Text is { } text ? EscapeLike(text) : null)
                .Add("before", after.Id).Add("spend", after.Spend.Units).Add("digits", Digits(after.Spend))
                .Add("limit", limit)),
        ];
    }

    /// <summary>Counts those who need a look, no further than <see cref="CustomerCounts.Most"/> each.</summary>
    public static NpgsqlCommand Counts(Guid merchantId, DateOnly today) => Timed(
        $"""
        select (select count(*) from (select from {Alerted} c where {Shown} limit @limit) a)::int,
          (select count(*) from (select from {Limited} c where {Shown} limit @limit) l)::int,
          (select count(*) from (select from {Unpaid} c where {Shown} limit @limit) u)::int
        """,
        merchantId, today).Add("limit", CustomerCounts.Most);

    private static string[] ByAge(CustomerQuery query)
    {
        const string After = "and c.customer_id < @before";
        if (query.Text is null || query.Look != CustomerLook.Any)
        {
            return [$"{Branch(query, $"{After} {Begins(query)}")} {Page}"];
        }

        var last = string.Join("\nunion\n", Searched.Select(column => $"({Branch(query, $"{After} and {Begins(column)}")} {Page})"));
        var newest = Branch(query, After);
        return query.PlanId is null
            ? [$"select * from ({newest} order by customer_id desc limit {Newest}) c where true {Begins(query)} {Page}", $"{last} {Page}"]
            : [$"{last} {Page}"];
    }

    // In the order of the index, which sorts little; else who is found, all of them, and what each has used.
    private static string[] ByUse(CustomerQuery query)
    {
        // By the classes of the index, one after the other ("offset 0"): a planner that joined them would read and sort the whole table.
        const string Most =
            """
            select g.digits, u.subject_id, u.month_spend
            from (select digits from generate_series(@digits, 0, -1) digits order by digits desc) g
            cross join lateral (
              select subject_id, month_spend from usage_windows
              where merchant_id = @merchant and month = @month and month_digits = g.digits
                and (month_spend, subject_id) < (@spend, @before) offset 0) u
            order by g.digits desc, u.month_spend desc, u.subject_id desc
            """;
        var isLooked = query.Look != CustomerLook.Any || query.Id is not null;
        var isPart = query.Text is not null || query.PlanId is not null;
        var first =
            $"""
            select {Columns}, u.month_spend as rank from ({Most}{(isPart ? $" limit {MostUsed}" : "")}) u
            cross join lateral (select * from customers where customer_id = u.subject_id limit 1) c
            where {Shown} {Begins(query)} {(query.PlanId is null ? "" : OfPlanEach)}
            order by u.digits desc, u.month_spend desc, u.subject_id desc limit @limit
            """;
        var all = query.Text is null || isLooked
            ? Branch(query, Begins(query))
            : string.Join("\nunion\n", Searched.Select(column => $"({Branch(query, $"and {Begins(column)}")})"));
        var last =
            $"""
            select c.*, u.month_spend as rank from ({all}) c
            cross join lateral (select month_spend from usage_windows where subject_id = c.customer_id and month = @month limit 1) u
            where (u.month_spend, c.customer_id) < (@spend, @before)
            order by u.month_spend desc, c.customer_id desc limit @limit
            """;
        return isLooked ? [last] : isPart ? [first, last] : [first];
    }

    // Only the rows of one page meet the other tables, one by one: a planner that joined them would read those whole.
    private static string Paged(string found) =>
        $"""
        with found as ({found})
        select {Columns}, s.plan_id, s.name, s.is_past_due, w.alert_level,
          case when u.month = @month then u.month_requests end, case when u.month = @month then u.month_spend end, u.last_at
        from found c
        left join lateral (
          select p.plan_id, p.name, s.past_due_since is not null as is_past_due
          from subscriptions s cross join lateral (select plan_id, name from plans p where p.plan_id = s.plan_id limit 1) p
          where s.customer_id = c.customer_id and s.cancelled_at is null limit 1) s on true
        left join lateral (
          select alert_level from wallets w where w.wallet_id = c.wallet_id and w.version > 0 limit 1) w on true
        left join lateral (
          select month, month_requests, month_spend, last_at from usage_windows u where u.subject_id = c.customer_id limit 1) u on true
        order by c.rank desc, c.customer_id desc
        """;

    // Of a notice: is its time the present one?
    private static string IsPresent(string cycleStart) =>
        $"""
        n.window_start = case n.cycle
          when {(short)LimitCycle.Daily} then @day
          when {(short)LimitCycle.Weekly} then @week
          when {(short)LimitCycle.Monthly} then @month_at
          when {(short)LimitCycle.Cycle} then {cycleStart}
          else n.window_start end
        """;

    private static string Begins(CustomerQuery query) =>
        query.Text is null ? "" : $"and ({string.Join(" or ", Searched.Select(Begins))})";

    private static string Begins(string column) => $"lower(c.{column}) like lower(@text) || '%'";

    private static string Branch(CustomerQuery query, string condition) =>
        $"""
        select {Columns} from {From(query.Look)} c
        where {Shown} {condition} {(query.Id is null ? "" : "and c.customer_id = @id")}
        {(query.PlanId is null ? "" : query.Look == CustomerLook.Any ? OfPlan : OfPlanEach)}
        """;

    private static string From(CustomerLook look) => look switch
    {
        CustomerLook.Alerted => Alerted,
        CustomerLook.Limited => Limited,
        CustomerLook.Unpaid => Unpaid,
        _ => "customers",
    };

    private static NpgsqlCommand Timed(string sql, Guid merchantId, DateOnly today)
    {
        var month = LimitPeriod.StartOf(LimitCycle.Monthly, today, today);
        return new NpgsqlCommand(sql).Add("merchant", merchantId).Add("month", month)
            .AddTime("day", LimitPeriod.MidnightOf(today))
            .AddTime("week", LimitPeriod.MidnightOf(LimitPeriod.StartOf(LimitCycle.Weekly, today, today)))
            .AddTime("month_at", LimitPeriod.MidnightOf(month));
    }

    // As the column month_digits has it.
    private static int Digits(Money spend) => 64 - BitOperations.LeadingZeroCount((ulong)spend.Units);

    private static string EscapeLike(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
