namespace Lava.Postgres;

/// <summary>The statements of the flush, in the order in which they run inside its one transaction.</summary>
internal static class UsageRecordSql
{
    /// <summary>
    /// Once per connection. Temporary tables are neither logged nor shared; the default of 8 MB of buffers for them would send a batch of
    /// 20,000 rows through files. Statistics of a table that empties itself are always wrong: no query here relies on a sequential guess.
    /// </summary>
    public const string Prepare = $"""
        set temp_buffers = '64MB';
        set work_mem = '32MB';
        set jit = off;
        create temp table staged_requests (like requests) on commit delete rows;
        create temp table inserted_requests (
          id uuid not null, merchant_id uuid not null, customer_id uuid, meter_id uuid, wallet_id bigint not null, billed boolean not null,
          debit bigint not null, units bigint not null, cycle_start date not null, completed_at timestamptz not null
        ) on commit delete rows;
        """;

    /// <summary>The batch comes in.</summary>
    public const string Stage = $"copy staged_requests ({UsageRecordBatch.Columns}) from stdin (format binary)";

    /// <summary>
    /// Moves the position, first: its row lock makes any other process of this node wait, and then fail here.
    /// $1 to, $2 node, $3 fence, $4 from.
    /// </summary>
    public const string Advance = "update journal_positions set sequence = $1 where node_id = $2 and fence = $3 and sequence = $4";

    /// <summary>
    /// Only a known id is skipped (a journal that was restored from a backup). The same request id under another id is a fault to be seen,
    /// and fails on its unique index.
    /// </summary>
    public const string Insert = $"""
        with inserted as (
          insert into requests ({UsageRecordBatch.Columns}) select {UsageRecordBatch.Columns} from staged_requests
          on conflict (id) do nothing
          returning id, merchant_id, customer_id, meter_id, wallet_id, billed, debit, units, cycle_start, completed_at
        )
        insert into inserted_requests select * from inserted
        """;

    /// <summary>
    /// Two entries per record, then the wallets, locked in the order of their ids: every writer does so, or two would wait for each other.
    /// Gives the number of wallets that entries name and that do not exist. A merchant without a contra account fails: wallet_id is null.
    /// </summary>
    public const string Post = """
        with contra as materialized (
          select merchant_id, kind, wallet_id from wallets
          where kind in (2, 3) and merchant_id in (select merchant_id from inserted_requests)
        ), entries as (
          insert into ledger_entries (transaction_id, wallet_id, kind, amount, created_at)
          select r.id, e.wallet_id, case when r.billed then 1 else 2 end, e.amount, r.completed_at
          from inserted_requests r
          left join contra c on c.merchant_id = r.merchant_id and c.kind = case when r.billed then 2 else 3 end
          cross join lateral (values (r.wallet_id, -r.debit), (c.wallet_id, r.debit)) e (wallet_id, amount)
          where r.debit <> 0
          returning wallet_id, amount
        ), deltas as materialized (
          select wallet_id, sum(amount) amount from entries group by wallet_id
        ), locked as materialized (
          select w.wallet_id, d.amount from deltas d join wallets w on w.wallet_id = d.wallet_id order by w.wallet_id for update of w
        ), posted as (
          update wallets w set posted = w.posted + l.amount, version = w.version + 1
          from locked l where w.wallet_id = l.wallet_id
          returning 1
        )
        select (select count(*) from deltas) - (select count(*) from posted)
        """;

    /// <summary>
    /// Burns grants, those that expire first before the others. What exceeds them all is debt: it stands in the wallet alone. A
    /// statement of its own, so that it sees the grants as they are once the wallets are locked.
    /// </summary>
    public const string Burn = """
        with spent as materialized (
          select wallet_id, sum(debit) debit from inserted_requests where billed and debit > 0 group by wallet_id
        ), burning as (
          select g.grant_id, s.debit,
            sum(g.remaining) over (partition by g.wallet_id order by g.expires_at nulls last, g.grant_id) - g.remaining earlier
          from spent s join grants g on g.wallet_id = s.wallet_id and not g.spent
        )
        update grants g set remaining = g.remaining - least(g.remaining, b.debit - b.earlier)
        from burning b where g.grant_id = b.grant_id and b.debit > b.earlier
        """;

    /// <summary>Units count in the tiers whether the customer was charged or not.</summary>
    public const string Accumulate = """
        insert into meter_positions as p (customer_id, meter_id, cycle_start, units)
        select customer_id, meter_id, cycle_start, sum(units) from inserted_requests
        where customer_id is not null and meter_id is not null and units <> 0
        group by customer_id, meter_id, cycle_start
        order by customer_id, meter_id, cycle_start
        on conflict (customer_id, meter_id, cycle_start) do update set units = p.units + excluded.units
        """;

    /// <summary>Keeps a record that can't become a row. $1 node, $2 sequence, $3 id, $4 wallet, $5 debit, $6 payload, $7 error.</summary>
    public const string Reject = """
        insert into rejected_records (node_id, sequence, id, wallet_id, debit, payload, error)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
        """;
}
