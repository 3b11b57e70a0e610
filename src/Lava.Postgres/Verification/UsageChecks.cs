using Lava.Metering;
using static Lava.Postgres.Verification.LedgerChecks;

namespace Lava.Postgres.Verification;

/// <summary>What is derived from the requests, and what could not become one.</summary>
internal static class UsageChecks
{
    public static readonly SqlCheck Debits = new(
        "each request's debit is its charge, or its cost where nobody is billed",
        "select count(*) from requests",
        $"""
        select 'request ' || request_id, {Money("due")}, {Money("debit")}
        from (select request_id, debit, case when billed then charge else input_cost + output_cost end as due from requests) r
        where debit <> due
        """);

    /// <summary>A cycle is a month: of those whose requests were removed nothing is known any more.</summary>
    public static readonly SqlCheck Positions = new(
        "meters count the units of their requests",
        "select count(*) from meter_positions",
        """
        select concat('customer ', customer_id, ', meter ', meter_id, ', cycle ', cycle_start), r.units::text, p.units::text
        from meter_positions p full join (
          select customer_id, meter_id, cycle_start, sum(units) as units from requests
          where customer_id is not null and meter_id is not null and units <> 0 group by customer_id, meter_id, cycle_start
        ) r using (customer_id, meter_id, cycle_start)
        where coalesce(p.units, 0) <> coalesce(r.units, 0) and cycle_start not in (select month from removed_months)
        """);

    /// <summary>
    /// A call gets its id a moment after it arrived: at a removed month's ends a quarter may count calls that went with the other month.
    /// </summary>
    public static readonly SqlCheck Sums = new(
        "the sums for reports are those of the requests",
        "select count(*) from usage_sums",
        $"""
        select concat('merchant ', merchant_id, ', quarter ', quarter, ', customer ', customer_id, ', meter ', meter_id,
            ', status ', status, ', ', provider, ' ', model), r.sums::text, s.sums::text
        from (
          select merchant_id, quarter, customer_id, meter_id, status, provider, model, (requests, tokens, cost, charge) as sums
          from usage_sums
        ) s full join (
          select merchant_id, to_timestamp(floor(date_part('epoch', created_at) / 900) * 900) as quarter,
            coalesce(customer_id, '00000000-0000-0000-0000-000000000000') as customer_id,
            coalesce(meter_id, '00000000-0000-0000-0000-000000000000') as meter_id, status, provider, coalesce(model, '') as model,
            (count(*), sum(input_tokens + output_tokens)::bigint, sum(input_cost + output_cost)::bigint,
              sum(case when billed then charge else 0 end)::bigint) as sums
          from requests group by 1, 2, 3, 4, 5, 6, 7
        ) r using (merchant_id, quarter, customer_id, meter_id, status, provider, model)
        where s.sums is distinct from r.sums and {NotRemoved("quarter", "15 minutes")}
        """);

    /// <summary>As <see cref="Sums"/>, of what the dashboard reads.</summary>
    public static readonly SqlCheck TotalsByModel = new(
        "the totals of models are those of the requests",
        "select count(*) from usage_totals",
        $"""
        select concat('merchant ', merchant_id, ', quarter ', quarter, ', meter ', meter_id, ', ', provider, ' ', model),
          r.sums::text, s.sums::text
        from (
          select merchant_id, quarter, meter_id, provider, model,
            (requests, errors, unbilled, input_tokens, output_tokens, cost, charge) as sums
          from usage_totals
        ) s full join (
          select merchant_id, to_timestamp(floor(date_part('epoch', created_at) / 900) * 900) as quarter,
            coalesce(meter_id, '00000000-0000-0000-0000-000000000000') as meter_id, provider, coalesce(model, '') as model,
            (count(*), count(*) filter (where status = {(int)RequestStatus.Error}), count(*) filter (where not billed),
              sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(input_cost + output_cost)::bigint,
              sum(case when billed then charge else 0 end)::bigint) as sums
          from requests group by 1, 2, 3, 4, 5
        ) r using (merchant_id, quarter, meter_id, provider, model)
        where s.sums is distinct from r.sums and {NotRemoved("quarter", "15 minutes")}
        """);

    /// <summary>As <see cref="Sums"/>, of what the dashboard reads of customers.</summary>
    public static readonly SqlCheck Hours = new(
        "the hours of customers are those of their requests",
        "select count(*) from usage_hours",
        $"""
        select concat('merchant ', merchant_id, ', customer ', customer_id, ', hour ', hour), r.sums::text, s.sums::text
        from (
          select merchant_id, customer_id, hour, (requests, errors, tokens, cost, charge) as sums from usage_hours
        ) s full join (
          select merchant_id, customer_id, date_trunc('hour', created_at, 'UTC') as hour,
            (count(*), count(*) filter (where status = {(int)RequestStatus.Error}), sum(input_tokens + output_tokens)::bigint,
              sum(input_cost + output_cost)::bigint, sum(case when billed then charge else 0 end)::bigint) as sums
          from requests where customer_id is not null group by 1, 2, 3
        ) r using (merchant_id, customer_id, hour)
        where s.sums is distinct from r.sums and {NotRemoved("hour", "1 hour")}
        """);

    /// <summary>
    /// What limits count from, after a restart too. Of removed months nothing is known any more: then only that no more was used than is
    /// counted. A billing cycle that began anew, because another came between, has not more than its requests. A call that asked for a job
    /// is no request of its own; older stores counted it as one.
    /// </summary>
    public static readonly SqlCheck Windows = new(
        "limits count what their customers and keys have used",
        "select count(*) from usage_windows",
        $"""
        with calls as (
          select customer_id as subject_id, case when billed then charge else 0 end as spend, {WindowColumns} from requests
          where customer_id is not null
          union all
          select spend_key_id, debit, {WindowColumns} from requests where spend_key_id is not null
        ), counted as (
          select c.subject_id, count(*) as calls, count(*) filter (where not c.is_poll) as requests, sum(c.tokens)::bigint as tokens,
            sum(c.spend)::bigint as spend, (max(c.day), max(c.week), max(c.month)) as days,
            {WindowSums("day")}, {WindowSums("week")}, {WindowSums("month")}, {WindowSums("cycle")},
            coalesce(max(c.created_at) filter (where c.cycle <> w.cycle) >= min(c.created_at) filter (where c.cycle = w.cycle), false)
              as returned
          from calls c left join usage_windows w using (subject_id) group by c.subject_id
        )
        select concat('customer or spend key ', subject_id), c::text, k::text
        from counted c full join usage_windows k using (subject_id)
        where k.subject_id is null or k.requests < c.requests or k.tokens < c.tokens or k.spend < c.spend
          or (not exists (select from removed_months) and (
            c.subject_id is null or (c.tokens, c.spend, c.days) is distinct from (k.tokens, k.spend, (k.day, k.week, k.month))
            or k.requests > c.calls or {WindowDiffers("day")} or {WindowDiffers("week")} or {WindowDiffers("month")}
            or case when c.returned then k.cycle_requests > c.cycle_calls or k.cycle_tokens > c.cycle_tokens
              or k.cycle_spend > c.cycle_spend else {WindowDiffers("cycle")} end))
        """);

    /// <summary>A row that vanished, or came from elsewhere than a journal, shows here.</summary>
    public static readonly SqlCheck Totals = new(
        "there are as many requests, and debits, as the nodes have moved",
        "select count(*) from journal_positions",
        $"""
        with moved as (
          select sum(records) as records, sum(debited) as debited from (
            select records, debited from journal_positions union all select -records, -debited from removed_months) m
        ), there as (select count(*) as records, sum(debit) as debited from requests)
        select 'all nodes', concat(coalesce(m.records, 0), ' requests that took ', {Money("coalesce(m.debited, 0)")}),
          concat(t.records, ' requests that took ', {Money("coalesce(t.debited, 0)")})
        from moved m, there t
        where coalesce(m.records, 0) <> t.records or coalesce(m.debited, 0) <> coalesce(t.debited, 0)
        """);

    /// <summary>What refuses the second sending of a report.</summary>
    public static readonly SqlCheck Reports = new(
        "the id of each report is taken",
        "select count(*) from report_ids",
        """
        select 'report ' || coalesce(r.request_id, i.request_id), r.id::text, i.id::text
        from (select merchant_id, request_id, id from requests where reported) r
        full join report_ids i on i.merchant_id = r.merchant_id and i.request_id = r.request_id and i.id = r.id
        where r.id is null or i.id is null
        """);

    /// <summary>Each was charged to the live wallet and is in no book: an operator has to book it.</summary>
    public static readonly SqlCheck Rejected = new(
        "no charge was put aside as unbookable",
        "select count(*) from rejected_records",
        $"""
        select concat('call ', id, ', wallet ', wallet_id, ', record ', sequence, ' of node ', node_id), 'a row in requests',
          {Money("debit")} || ' not booked: ' || error
        from rejected_records
        """);

    private static string NotRemoved(string column, string width) =>
        $"""
        not exists (
          select from removed_months where {column} >= month::timestamp at time zone 'UTC' - interval '{width}'
            and {column} < (month + interval '1 month') at time zone 'UTC' + interval '{width}')
        """;

    private const string WindowColumns =
        """
        created_at, input_tokens + output_tokens as tokens, (created_at at time zone 'UTC')::date as day,
        date_trunc('week', created_at at time zone 'UTC')::date as week,
        date_trunc('month', created_at at time zone 'UTC')::date as month, cycle_start as cycle, job > 1 as is_poll
        """;

    private static string WindowSums(string time) =>
        $"""
        count(*) filter (where c.{time} = w.{time}) as {time}_calls,
        count(*) filter (where c.{time} = w.{time} and not c.is_poll) as {time}_requests,
        coalesce(sum(c.tokens) filter (where c.{time} = w.{time}), 0)::bigint as {time}_tokens,
        coalesce(sum(c.spend) filter (where c.{time} = w.{time}), 0)::bigint as {time}_spend
        """;

    private static string WindowDiffers(string time) =>
        $"k.{time}_requests not between c.{time}_requests and c.{time}_calls"
            + $" or (k.{time}_tokens, k.{time}_spend) <> (c.{time}_tokens, c.{time}_spend)";
}
