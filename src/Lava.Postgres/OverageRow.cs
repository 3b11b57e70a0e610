using Lava.Billing.Overage;
using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What a customer's subscription says of overage, and the floor that follows from it.</summary>
internal static class OverageRow
{
    /// <summary>
    /// An <see cref="OverageHindrance"/>, of rows named c (customers) and s (the active subscription). Looked up only where a plan allows
    /// overage.
    /// </summary>
    public const string Hindrance =
        """
        case when coalesce(s.overage_mode, 0) = 0 then 0 when s.past_due_since is not null then 3
          when not exists (
            select from payment_methods card where card.customer_id = c.customer_id and card.is_default and card.deleted_at is null) then 1
          when exists (
            select from payment_methods card where card.customer_id = c.customer_id and card.is_default and card.deleted_at is null
              and card.error_code is not null) then 2
          when exists (
            select from payments declined where declined.wallet_id = c.wallet_id and declined.status < 2 and declined.is_automatic
              and declined.decline_code is not null) then 2
          else 0 end
        """;

    /// <summary>In the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        $"coalesce(s.overage_mode, 0::smallint), s.overage_limit, s.overage_increment, s.overage_charged, {Hindrance}";

    /// <summary>How many those are.</summary>
    public const int Count = 5;

    /// <summary>Reads the terms, from a column on.</summary>
    public static OverageTerms Read(NpgsqlDataReader row, int first) => new(
        (OverageMode)row.GetInt16(first),
        Amount(row, first + 1),
        Amount(row, first + 2),
        Amount(row, first + 3),
        (OverageHindrance)row.GetInt32(first + 4));

    /// <summary>
    /// Sets the floor of a locked wallet to what its customer's plan, card and payments say: the only writer of customers' floors, in
    /// every transaction that changes one of these.
    /// </summary>
    public static async Task<(WalletFloor Floor, bool HasChanged)> SetFloorAsync(
        NpgsqlConnection connection, long walletId, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand(
            $"""
            select {Columns} from customers c left join subscriptions s on s.customer_id = c.customer_id and s.cancelled_at is null
            where c.wallet_id = @wallet
            """,
            connection)
            .Add("wallet", walletId);
        var floor = OverageFloor.Of(await select.ReadFirstAsync(row => Read(row, 0), cancellationToken));
        await using var update = new NpgsqlCommand(
            """
            with changed as (
              update wallets set floor = @floor, version = version + 1 where wallet_id = @wallet and floor is distinct from @floor
              returning version)
            select coalesce((select version from changed), version), exists (select from changed) from wallets where wallet_id = @wallet
            """,
            connection)
            .Add("wallet", walletId).Add("floor", floor.Units);
        return await update.ReadFirstAsync(
            row => (new WalletFloor(walletId, floor, row.GetInt64(0)), row.GetBoolean(1)), cancellationToken);
    }

    private static Money Amount(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? Money.Zero : new Money(row.GetInt64(ordinal));
}
