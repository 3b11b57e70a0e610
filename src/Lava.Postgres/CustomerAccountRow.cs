using System.Collections.Frozen;
using Lava.Billing.Overage;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// A customer's row as the gateway knows it, joined with the active subscription and its plan: read here and nowhere else.
/// </summary>
internal static class CustomerAccountRow
{
    /// <summary>Of rows named c, s and p, in the order in which <see cref="Read"/> takes them; <see cref="Count"/> of them.</summary>
    public const string Columns =
        $"""
        c.customer_id, c.merchant_id, c.wallet_id, c.reference_id, s.plan_id, s.cycle_start_at, s.cycle_end_at, c.limits::text,
        p.limits::text, {OverageRow.Columns}
        """;

    /// <summary>The next column's ordinal.</summary>
    public const int Count = 9 + OverageRow.Count;

    /// <summary>The ordinal of the customer's own limits.</summary>
    public const int OwnLimits = 7;

    /// <summary>The joins, to follow a source of rows named c.</summary>
    public const string Joins =
        """
        left join subscriptions s on s.customer_id = c.customer_id and s.cancelled_at is null left join plans p on p.plan_id = s.plan_id
        """;

    /// <summary>Reads the current row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="metersOf">The meters of a plan.</param>
    public static Customer Read(NpgsqlDataReader row, Func<Guid, FrozenSet<Guid>> metersOf)
    {
        var plan = row.IsDBNull(4) ? (Guid?)null : row.GetGuid(4);
        return new Customer
        {
            Id = row.GetGuid(0),
            MerchantId = row.GetGuid(1),
            WalletId = row.GetInt64(2),
            ReferenceId = row.Text(3),
            PlanId = plan,
            PlanMeters = plan is { } id ? metersOf(id) : null,
            CycleStart = row.IsDBNull(5) ? null : DateOnly.FromDateTime(row.Time(5).UtcDateTime),
            CycleEnd = row.IsDBNull(6) ? null : row.Time(6),
            Limits = LimitColumn.Merge(
                LimitColumn.Read(row.Text(OwnLimits), LimitScope.Customer), LimitColumn.Read(row.Text(8), LimitScope.Plan)),
            Overage = Overage(OverageRow.Read(row, 9)),
        };
    }

    private static CustomerOverage? Overage(OverageTerms terms) =>
        terms.Mode == OverageMode.Block ? null : new CustomerOverage(terms.Mode, terms.Limit, terms.Hindrance);
}
