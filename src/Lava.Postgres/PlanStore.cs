using Lava.Billing.Plans;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Plans with their linked meters and credit bundles.</summary>
public sealed class PlanStore(StoreSource source)
{
    /// <summary>Creates a plan.</summary>
    public Task CreateAsync(Plan plan, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
                  default_bundle_id, limits, created_at, overage_mode, overage_limit, overage_increment)
                values (@plan, @merchant, @name, @amount, @credit, @interval, @rollover, @bundle_rollover, @default, @limits, @at,
                  @overage, @overage_limit, @overage_increment)
                """,
                connection)
                .Add("merchant", plan.MerchantId).Add("amount", plan.Terms.PeriodAmount.Units)
                .Add("interval", (short)plan.Terms.Interval).AddTime("at", plan.CreatedAt);
            AddChangeable(command, plan);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await SetPartsAsync(connection, plan, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Keeps a plan as it now is; price and interval never change. False where there is none.</summary>
    public Task<bool> UpdateAsync(Plan plan, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                update plans set name = @name, included_credit = @credit, rollover = @rollover, bundle_rollover = @bundle_rollover,
                  default_bundle_id = @default, limits = @limits, overage_mode = @overage,
                  overage_limit = @overage_limit, overage_increment = @overage_increment
                where plan_id = @plan and deleted_at is null
                """,
                connection);
            AddChangeable(command, plan);
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return false;
            }

            await SetPartsAsync(connection, plan, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Gives merchants who are older than free plans theirs; one that was deleted does not come back.</summary>
    public Task<int> AddDefaultsAsync(TimeProvider time, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            await using var find = new NpgsqlCommand(
                """
                select merchant_id from merchants m
                where not exists (select from plans p where p.merchant_id = m.merchant_id and p.is_default)
                """,
                connection);
            var merchants = await find.ReadAllAsync(row => row.GetGuid(0), cancellationToken);
            foreach (var merchant in merchants)
            {
                await DefaultPlan.InsertAsync(connection, merchant, time, cancellationToken);
            }

            return merchants.Count;
        },
        cancellationToken);

    /// <summary>A plan; null where this merchant has none.</summary>
    public async Task<Plan?> FindAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"{PlanRow.Select} where p.merchant_id = @merchant and p.plan_id = @id and p.deleted_at is null")
            .Add("merchant", merchantId).Add("id", id);
        var rows = await source.QueryAsync(command, PlanRow.Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>A plan that was deleted; null where this merchant has none of this id.</summary>
    public async Task<Plan?> FindArchivedAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"{PlanRow.Select} where p.merchant_id = @merchant and p.plan_id = @id and p.deleted_at is not null")
            .Add("merchant", merchantId).Add("id", id);
        var rows = await source.QueryAsync(command, PlanRow.Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Plans, newest first, older than <paramref name="before"/>: those in use, or those that were deleted.</summary>
    public Task<List<Plan>> ListAsync(
        Guid merchantId, Guid? before, int limit, CancellationToken cancellationToken, bool archived = false)
    {
        var command = new NpgsqlCommand(
            $"""
            {PlanRow.Select} where p.merchant_id = @merchant and p.deleted_at is {(archived ? "not " : "")}null and p.plan_id < @before
            order by p.plan_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, PlanRow.Read, cancellationToken);
    }

    /// <summary>Marks a plan deleted, unless customers are subscribed to it.</summary>
    public Task<PlanDeleteOutcome> DeleteAsync(Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                // The plan's row is what a new subscription waits for.
                await using var find = new NpgsqlCommand(
                    """
                    select exists (select from subscriptions s where p.plan_id in (s.plan_id, s.pending_plan_id) and s.cancelled_at is null)
                    from plans p
                    where p.merchant_id = @merchant and p.plan_id = @id and p.deleted_at is null for update of p
                    """,
                    connection)
                    .Add("merchant", merchantId).Add("id", id);
                var inUse = await find.ReadFirstAsync(row => (bool?)row.GetBoolean(0), cancellationToken);
                if (inUse is not false)
                {
                    return inUse is null ? PlanDeleteOutcome.NotFound : PlanDeleteOutcome.InUse;
                }

                await using var delete = new NpgsqlCommand("update plans set deleted_at = @at where plan_id = @id", connection)
                    .Add("id", id).AddTime("at", at);
                await delete.ExecuteNonQueryAsync(cancellationToken);
                return PlanDeleteOutcome.Deleted;
            },
            cancellationToken);

    /// <summary>
    /// Credit bundles of a merchant's plans, newest first, older than <paramref name="before"/>; of one plan where it is given.
    /// </summary>
    public Task<List<CreditBundle>> ListBundlesAsync(
        Guid merchantId, Guid? planId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            {PlanRow.SelectBundle} and (@all or p.plan_id = @plan) and b.credit_bundle_id < @before
            order by b.credit_bundle_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("all", planId is null).Add("plan", planId ?? Guid.Empty)
            .Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, PlanRow.ReadBundle, cancellationToken);
    }

    /// <summary>A credit bundle; null where this merchant has none.</summary>
    public async Task<CreditBundle?> FindBundleAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"{PlanRow.SelectBundle} and b.credit_bundle_id = @id").Add("merchant", merchantId).Add("id", id);
        var rows = await source.QueryAsync(command, PlanRow.ReadBundle, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static void AddChangeable(NpgsqlCommand command, Plan plan)
    {
        command.Add("plan", plan.Id).Add("name", plan.Terms.Name).Add("credit", plan.Terms.IncludedCredit.Units)
            .Add("rollover", (short)plan.Terms.Rollover).Add("bundle_rollover", (short)plan.Terms.BundleRollover);
        command.AddText("limits", LimitColumn.Write(plan.Limits), NpgsqlDbType.Jsonb);
        command.AddId("default", plan.DefaultBundleId).Add("overage", (short)plan.Overage.Mode)
            .AddAmount("overage_limit", plan.Overage.Limit).AddAmount("overage_increment", plan.Overage.Increment);
    }

    private static async Task SetPartsAsync(NpgsqlConnection connection, Plan plan, CancellationToken cancellationToken)
    {
        await using var meters = new NpgsqlCommand(
            """
            delete from plan_meters where plan_id = @plan and meter_id <> all (@meters);
            insert into plan_meters (plan_id, meter_id) select @plan, unnest(@meters) on conflict do nothing
            """,
            connection)
            .Add("plan", plan.Id).Add("meters", plan.Meters.Select(meter => meter.Id).ToArray());
        await meters.ExecuteNonQueryAsync(cancellationToken);
        await using var bundles = new NpgsqlCommand(
            """
            update credit_bundles set deleted_at = now()
            where plan_id = @plan and credit_bundle_id <> all (@ids) and deleted_at is null;
            insert into credit_bundles (credit_bundle_id, plan_id, name, cost, credit_amount, created_at)
            select id, @plan, name, cost, amount, at from unnest(@ids, @names, @costs, @amounts, @times) b (id, name, cost, amount, at)
            on conflict (credit_bundle_id) do update
            set name = excluded.name, cost = excluded.cost, credit_amount = excluded.credit_amount
            """,
            connection)
            .Add("plan", plan.Id)
            .Add("ids", plan.Bundles.Select(bundle => bundle.Id).ToArray())
            .Add("names", plan.Bundles.Select(bundle => bundle.Name).ToArray())
            .Add("costs", plan.Bundles.Select(bundle => bundle.Cost.Units).ToArray())
            .Add("amounts", plan.Bundles.Select(bundle => bundle.CreditAmount.Units).ToArray())
            .Add("times", plan.Bundles.Select(bundle => bundle.CreatedAt.ToUniversalTime()).ToArray());
        await bundles.ExecuteNonQueryAsync(cancellationToken);
    }
}
