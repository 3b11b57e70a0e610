namespace Lava.Postgres;

/// <summary>The snapshot loader's queries.</summary>
internal static class SnapshotSql
{
    /// <summary>$1 node.</summary>
    public const string Position = "select sequence from journal_positions where node_id = $1";

    public const string SecretKeys = """
        select k.secret_key_id, k.digest, m.merchant_id, m.is_test, m.wallet_id, m.refuse_unlinked_meters, m.ceiling_input,
          m.ceiling_output, m.low_balance, m.support_contact
        from secret_keys k join merchants m on m.merchant_id = k.merchant_id
        where k.deleted_at is null
        """;

    public const string SpendKeys = $"select {SpendKeyRow.Columns}, k.merchant_id from spend_keys k where k.deleted_at is null";

    public const string ProviderKeys = $"select {ProviderKeyStore.Columns} from provider_keys";

    public const string PlanMeters = "select plan_id, array_agg(meter_id) from plan_meters group by plan_id";

    public const string Customers =
        $"select {CustomerAccountRow.Columns} from customers c {CustomerAccountRow.Joins} where c.deleted_at is null and not c.is_draft";

    /// <summary>What those have used who have limits.</summary>
    public static readonly string Used = $"""
        select {UsageWindowSql.Columns} from usage_windows w where w.subject_id in (
          select customer_id from customers where limits is not null and deleted_at is null
          union all
          select s.customer_id from subscriptions s join plans p using (plan_id) where p.limits is not null and s.cancelled_at is null
          union all
          select spend_key_id from spend_keys where (spend_limit is not null or request_limit is not null) and deleted_at is null)
        """;

    public const string Meters = """
        select meter_id, merchant_id, slug, rate_type, tier_type, token_basis, base_cost_payer,
          array_agg(t.start order by t.start), array_agg(t.rate order by t.start)
        from meters m join meter_tiers t using (meter_id)
        where deleted_at is null
        group by m.meter_id
        """;

    /// <summary>Only kinds that calls reserve from (WalletKind.Customer, WalletKind.Merchant).</summary>
    public const string Wallets = "select wallet_id, posted, floor from wallets where kind in (0, 1)";

    /// <summary>$1 the first day that a running month may have started on; subscriptions' cycles may have begun before.</summary>
    public const string MeterPositions = """
        select customer_id, meter_id, cycle_start, units from meter_positions
        where cycle_start >= $1 or (customer_id, cycle_start) in (
          select customer_id, (cycle_start_at at time zone 'UTC')::date from subscriptions
          where cancelled_at is null and (cycle_start_at at time zone 'UTC')::date < $1)
        """;

    /// <summary>
    /// Asynchronous jobs that were begun in the last 30 days and whose end nobody has seen (JobState: 1 begun, 2 and 3 ended). No provider
    /// keeps a result longer.
    /// </summary>
    public const string OpenJobs = $"""
        select {RequestRow.Columns} from requests r
        where r.job = 1 and r.id >= first_id_at(now() - interval '30 days') and not exists (
          select from requests e
          where e.merchant_id = r.merchant_id and e.provider = r.provider and e.response_id = r.response_id and e.job in (2, 3))
        """;
}
