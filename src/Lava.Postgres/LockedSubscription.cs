using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Npgsql;

namespace Lava.Postgres;

/// <summary>An active subscription under the lock of its row, with what a change of it must know.</summary>
internal sealed record LockedSubscription
{
    private const string Select =
        $"""
        select {PlanRow.Terms}, s.subscription_id, s.merchant_id, m.is_test, s.customer_id, c.wallet_id, s.plan_id, s.anchor_at,
          s.cycle_index, s.cycle_start_at, s.cycle_end_at, s.pending_kind, s.pending_plan_id
        from subscriptions s join plans p on p.plan_id = s.plan_id join customers c on c.customer_id = s.customer_id
          join merchants m on m.merchant_id = s.merchant_id
        """;

    public required Guid Id { get; init; }

    public required Guid MerchantId { get; init; }

    public required bool IsTest { get; init; }

    public required Guid CustomerId { get; init; }

    public required long WalletId { get; init; }

    public required Guid PlanId { get; init; }

    public required PlanTerms Terms { get; init; }

    public required Cycle? Cycle { get; init; }

    public required PendingChange? Pending { get; init; }

    /// <summary>By its id; null where it has ended.</summary>
    public static Task<LockedSubscription?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        ReadAsync(connection, "s.subscription_id", id, cancellationToken);

    /// <summary>A customer's; null without one.</summary>
    public static Task<LockedSubscription?> FindOfAsync(
        NpgsqlConnection connection, Guid customerId, CancellationToken cancellationToken) =>
        ReadAsync(connection, "s.customer_id", customerId, cancellationToken);

    /// <summary>The cycle in four columns, from the given one on.</summary>
    public static Cycle? ReadCycle(NpgsqlDataReader row, int first) => row.IsDBNull(first)
        ? null
        : new Cycle(row.Time(first), row.GetInt32(first + 1), row.Time(first + 2), row.Time(first + 3));

    /// <summary>The pending change in two columns, from the given one on.</summary>
    public static PendingChange? ReadPending(NpgsqlDataReader row, int first) => row.IsDBNull(first)
        ? null
        : new PendingChange((PendingChangeKind)row.GetInt16(first), row.Id(first + 1));

    private static async Task<LockedSubscription?> ReadAsync(
        NpgsqlConnection connection, string column, Guid id, CancellationToken cancellationToken)
    {
        // Locked first and read then: what another transaction changed meanwhile, its plan maybe, must not be joined with what it was.
        await using var locked = new NpgsqlCommand(
            $"select 1 from subscriptions s where {column} = @id and s.cancelled_at is null for no key update", connection).Add("id", id);
        await locked.ExecuteNonQueryAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"{Select} where {column} = @id and s.cancelled_at is null", connection)
            .Add("id", id);
        return await command.ReadFirstAsync(
            row => new LockedSubscription
            {
                Terms = PlanRow.ReadTerms(row, 0),
                Id = row.GetGuid(6),
                MerchantId = row.GetGuid(7),
                IsTest = row.GetBoolean(8),
                CustomerId = row.GetGuid(9),
                WalletId = row.GetInt64(10),
                PlanId = row.GetGuid(11),
                Cycle = ReadCycle(row, 12),
                Pending = ReadPending(row, 16),
            },
            cancellationToken);
    }
}
