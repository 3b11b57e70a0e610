using Lava.Billing.Plans;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The plan that each merchant begins with: it costs nothing, brings nothing and links no meter.</summary>
internal static class DefaultPlan
{
    /// <summary>What people read.</summary>
    public const string Name = "Free";

    /// <summary>Makes it; nothing where the merchant has it.</summary>
    public static async Task InsertAsync(
        NpgsqlConnection connection, Guid merchantId, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
              is_default, created_at)
            values (@id, @merchant, '{Name}', 0, 0, {(short)BillingInterval.Month}, {(short)Rollover.None}, {(short)Rollover.None}, true,
              @at)
            on conflict (merchant_id) where is_default and deleted_at is null do nothing
            """,
            connection)
            .Add("id", Ids.New(time)).Add("merchant", merchantId).AddTime("at", time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
