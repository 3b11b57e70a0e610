using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Rows of plans and of what belongs to them.</summary>
internal static class PlanRow
{
    /// <summary>A plan's terms in the order in which <see cref="ReadTerms"/> takes them.</summary>
    public const string Terms = "p.name, p.period_amount, p.included_credit, p.billing_interval, p.rollover, p.bundle_rollover";

    /// <summary>What a plan says of overage, in the order in which <see cref="ReadOverage"/> takes it.</summary>
    public const string Overage = "p.overage_mode, p.overage_limit, p.overage_increment";

    /// <summary>Of linked meters those that are not deleted. Without a condition.</summary>
    public const string Select =
        $"""
        select {Terms}, p.plan_id, p.merchant_id, p.default_bundle_id, p.created_at,
          array(select m.meter_id from plan_meters l join meters m using (meter_id)
            where l.plan_id = p.plan_id and m.deleted_at is null order by 1),
          array(select m.name from plan_meters l join meters m using (meter_id)
            where l.plan_id = p.plan_id and m.deleted_at is null order by m.meter_id),
          b.ids, b.names, b.costs, b.amounts, b.times, {Overage}, p.limits::text as limits, p.deleted_at as archived_at
        from plans p left join lateral (
          select array_agg(credit_bundle_id order by credit_bundle_id) ids, array_agg(name order by credit_bundle_id) names,
            array_agg(cost order by credit_bundle_id) costs, array_agg(credit_amount order by credit_bundle_id) amounts,
            array_agg(created_at order by credit_bundle_id) times
          from credit_bundles where plan_id = p.plan_id and deleted_at is null) b on true
        """;

    /// <summary>Ends in a condition.</summary>
    public const string SelectBundle =
        """
        select b.credit_bundle_id, b.plan_id, b.name, b.cost, b.credit_amount, b.created_at
        from credit_bundles b join plans p on p.plan_id = b.plan_id
        where p.merchant_id = @merchant and p.deleted_at is null and b.deleted_at is null
        """;

    private const int FirstBundleColumn = 12;
    private const int FirstOverageColumn = 17;

    public static Plan Read(NpgsqlDataReader row)
    {
        var id = row.GetGuid(6);
        var meters = row.GetFieldValue<Guid[]>(10);
        var archivedAt = row.GetOrdinal("archived_at");
        return new Plan
        {
            Id = id,
            MerchantId = row.GetGuid(7),
            Terms = ReadTerms(row, 0),
            Meters = [.. meters.Zip(row.GetFieldValue<string[]>(11), (meter, name) => new LinkedMeter(meter, name))],
            Bundles = row.IsDBNull(FirstBundleColumn) ? [] : ReadBundles(row, id),
            DefaultBundleId = row.IsDBNull(8) ? null : row.GetGuid(8),
            Limits = LimitColumn.Read(row.Text(row.GetOrdinal("limits")), LimitScope.Plan),
            Overage = ReadOverage(row, FirstOverageColumn),
            CreatedAt = row.Time(9),
            ArchivedAt = row.IsDBNull(archivedAt) ? null : row.Time(archivedAt),
        };
    }

    public static PlanTerms ReadTerms(NpgsqlDataReader row, int first) => new(
        row.GetString(first),
        new Money(row.GetInt64(first + 1)),
        new Money(row.GetInt64(first + 2)),
        (BillingInterval)row.GetInt16(first + 3),
        (Rollover)row.GetInt16(first + 4),
        (Rollover)row.GetInt16(first + 5));

    public static PlanOverage ReadOverage(NpgsqlDataReader row, int first) => new(
        (OverageMode)row.GetInt16(first), row.Amount(first + 1), row.Amount(first + 2));

    public static CreditBundle ReadBundle(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), new Money(row.GetInt64(3)), new Money(row.GetInt64(4)), row.Time(5));

    private static CreditBundle[] ReadBundles(NpgsqlDataReader row, Guid planId)
    {
        var ids = row.GetFieldValue<Guid[]>(FirstBundleColumn);
        var names = row.GetFieldValue<string[]>(FirstBundleColumn + 1);
        var costs = row.GetFieldValue<long[]>(FirstBundleColumn + 2);
        var amounts = row.GetFieldValue<long[]>(FirstBundleColumn + 3);
        var times = row.GetFieldValue<DateTimeOffset[]>(FirstBundleColumn + 4);
        return [.. ids.Select((id, i) => new CreditBundle(id, planId, names[i], new Money(costs[i]), new Money(amounts[i]), times[i]))];
    }
}
