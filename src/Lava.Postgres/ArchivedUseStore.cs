using Npgsql;

namespace Lava.Postgres;

/// <summary>What of a merchant's still hangs on meters and plans that were archived.</summary>
public sealed class ArchivedUseStore(StoreSource source)
{
    /// <summary>The plans to which a meter was linked when it was archived, newest first; one that was changed since has lost it.</summary>
    public Task<List<(Guid Id, string Name)>> PlansAsync(Guid merchantId, Guid meterId, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select p.plan_id, p.name from plans p
            where p.merchant_id = @merchant and exists (select from plan_meters l where l.plan_id = p.plan_id and l.meter_id = @meter)
            order by p.plan_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("meter", meterId).Add("limit", limit);
        return source.QueryAsync(command, row => (row.GetGuid(0), row.GetString(1)), cancellationToken);
    }

    /// <summary>Who had a plan, and who is still on the way to it.</summary>
    public async Task<ArchivedUse> OfPlanAsync(Guid merchantId, Guid planId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select count(*) filter (where cancelled_at is null), count(cancelled_at), max(cancelled_at),
              (select count(*) from checkout_sessions c
                where c.merchant_id = @merchant and c.completed_at is null and c.expires_at > clock_timestamp()
                  and (c.plan_id = @plan or c.credit_bundle_id in (select credit_bundle_id from credit_bundles where plan_id = @plan)))
            from subscriptions where merchant_id = @merchant and plan_id = @plan
            """)
            .Add("merchant", merchantId).Add("plan", planId);
        var rows = await source.QueryAsync(
            command,
            row => new ArchivedUse(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.Time(2), row.GetInt64(3)),
            cancellationToken);
        return rows[0];
    }
}
