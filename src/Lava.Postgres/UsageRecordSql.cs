namespace Lava.Postgres;

/// <summary>
/// The statements of the flush, in the order in which they run inside its one transaction. What a batch adds up to is sent as arrays:
/// the rows themselves go straight into their tables and are not read again.
/// </summary>
internal static class UsageRecordSql
{
    /// <summary>
    /// Once per connection. All joins here look up a few keys in a large table by its primary key: with the others forbidden, no
    /// statistics, however old, make the planner read such a table whole.
    /// </summary>
    public const string Prepare = """
        set jit = off;
        set enable_hashjoin = off;
        set enable_mergejoin = off;
        set enable_seqscan = off;
        """;

    /// <summary>
    /// Moves the position, first: its row lock makes any other process of this node wait, and then fail here.
    /// $1 to, $2 node, $3 fence, $4 from, $5 records, $6 their debits.
    /// </summary>
    public const string Advance = """
        update journal_positions set sequence = $1, records = records + $5, debited = debited + $6
        where node_id = $2 and fence = $3 and sequence = $4
        """;

    /// <summary>
    /// Makes the months of the records that have none yet: upkeep does so ahead of time, but a clock may jump and a server sleep. $1 days.
    /// </summary>
    public const string AddMonths = "select add_requests_month(day) from unnest($1) day";

    /// <summary>The records.</summary>
    public const string CopyRequests = $"copy requests ({UsageRecordBatch.Columns}) from stdin (format binary)";

    /// <summary>Two entries for each record that costs something.</summary>
    public const string CopyEntries =
        "copy ledger_entries (transaction_id, wallet_id, kind, amount, created_at) from stdin (format binary)";

    /// <summary>
    /// The wallets, locked in the order of their ids: every writer does so, or two would wait for each other. Gives the number of wallets
    /// that do not exist. Wallets that have come to where somebody must look are noted, and so is that a customer's balance is another,
    /// for merchants who have a webhook: with the change itself, or a crash could lose it. $1 wallets, $2 amounts.
    /// </summary>
    public const string Post = """
        with locked as materialized (
          select w.wallet_id, d.amount from unnest($1, $2) d (wallet_id, amount) join wallets w on w.wallet_id = d.wallet_id
          order by w.wallet_id for update of w
        ), posted as (
          update wallets w set posted = w.posted + l.amount, version = w.version + 1
          from locked l where w.wallet_id = l.wallet_id
          returning w.wallet_id, w.merchant_id, w.kind, w.posted, w.alert_at
        ), due as (
          insert into wallets_due (wallet_id) select wallet_id from posted where posted <= alert_at order by wallet_id
          on conflict do nothing
        ), told as (
          insert into webhook_events (merchant_id, wallet_id, kind)
          select merchant_id, wallet_id, 1 from posted
          where kind = 0 and merchant_id = any (array(select distinct merchant_id from webhooks where deleted_at is null))
          order by wallet_id
          on conflict (wallet_id) where kind = 1 and claimed_at is null do nothing
        )
        select cardinality($1) - (select count(*) from posted)
        """;

    /// <summary>
    /// Burns grants: a cycle's credit first, then what was granted, then bundles; of each class what expires first. What exceeds them all
    /// is debt: it stands in the wallet alone. A statement of its own, so that it sees the grants as they are once the wallets are
    /// locked. $1 wallets, $2 what is spent.
    /// </summary>
    public const string Burn = """
        with burning as (
          select g.grant_id, s.debit,
            sum(g.remaining) over (
              partition by g.wallet_id order by g.burn_class, g.expires_at nulls last, g.grant_id) - g.remaining earlier
          from unnest($1, $2) s (wallet_id, debit) join grants g on g.wallet_id = s.wallet_id and not g.spent
        )
        update grants g set remaining = g.remaining - least(g.remaining, b.debit - b.earlier)
        from burning b where g.grant_id = b.grant_id and b.debit > b.earlier
        """;

    /// <summary>In the order of the key, as all inserts here that change rows: see <see cref="Post"/>. $1 to $4 as the columns.</summary>
    public const string Accumulate = """
        insert into meter_positions as p (customer_id, meter_id, cycle_start, units)
        select * from unnest($1, $2, $3, $4) u (customer_id, meter_id, cycle_start, units) order by customer_id, meter_id, cycle_start
        on conflict (customer_id, meter_id, cycle_start) do update set units = p.units + excluded.units
        """;

    /// <summary>
    /// The sums of reports, and those of each customer by hour: out of the same rows, which are sent once. $1 to $11 as the columns of the
    /// former.
    /// </summary>
    public const string Sum = """
        with used as materialized (
          select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            u (merchant_id, quarter, customer_id, meter_id, status, provider, model, requests, tokens, cost, charge)
        ), hours as (
          insert into usage_hours as h (customer_id, hour, merchant_id, requests, errors, tokens, cost, charge)
          select customer_id, date_trunc('hour', quarter, 'UTC'), merchant_id, sum(requests),
            coalesce(sum(requests) filter (where status = 2), 0), sum(tokens), sum(cost), sum(charge)
          from used where customer_id <> '00000000-0000-0000-0000-000000000000' group by 1, 2, 3 order by 1, 2
          on conflict (customer_id, hour) do update
          set requests = h.requests + excluded.requests, errors = h.errors + excluded.errors, tokens = h.tokens + excluded.tokens,
            cost = h.cost + excluded.cost, charge = h.charge + excluded.charge
        )
        insert into usage_sums as s (merchant_id, quarter, customer_id, meter_id, status, provider, model, requests, tokens, cost, charge)
        select * from used order by merchant_id, quarter, customer_id, meter_id, status, provider collate "C", model collate "C"
        on conflict (merchant_id, quarter, customer_id, meter_id, status, provider, model) do update
        set requests = s.requests + excluded.requests, tokens = s.tokens + excluded.tokens, cost = s.cost + excluded.cost,
          charge = s.charge + excluded.charge
        """;

    /// <summary>$1 to $12 as the columns.</summary>
    public const string Totals = """
        insert into usage_totals as t (
          merchant_id, quarter, meter_id, provider, model, requests, errors, unbilled, input_tokens, output_tokens, cost, charge)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
          u (merchant_id, quarter, meter_id, provider, model, requests, errors, unbilled, input_tokens, output_tokens, cost, charge)
        order by merchant_id, quarter, meter_id, provider collate "C", model collate "C"
        on conflict (merchant_id, quarter, meter_id, provider, model) do update
        set requests = t.requests + excluded.requests, errors = t.errors + excluded.errors, unbilled = t.unbilled + excluded.unbilled,
          input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
          cost = t.cost + excluded.cost, charge = t.charge + excluded.charge
        """;

    /// <summary>
    /// The ids of reports. One that is there already, under another id of ours, is a fault to be seen, and fails. $1 to $3 as the columns.
    /// </summary>
    public const string Name = "insert into report_ids (merchant_id, request_id, id) select * from unnest($1, $2, $3)";

    /// <summary>Which of these are there: a journal that was restored from a backup has some again. $1 ids.</summary>
    public const string FindKnown = "select id from requests where id = any ($1)";

    /// <summary>The accounts on the other side of merchants' entries. $1 merchants.</summary>
    public const string FindContra = "select merchant_id, kind, wallet_id from wallets where merchant_id = any ($1) and kind in (2, 3)";

    /// <summary>Keeps a record that can't become a row. $1 node, $2 sequence, $3 id, $4 wallet, $5 debit, $6 payload, $7 error.</summary>
    public const string Reject = """
        insert into rejected_records (node_id, sequence, id, wallet_id, debit, payload, error)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
        """;
}
