using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>The two wallets that granted credit moves between: the customer's, and its merchant's of granted credit.</summary>
internal static class GrantLedger
{
    private static readonly string Both =
        $"""
        wallet_id = @wallet or (kind = {(short)WalletKind.GrantedCredit}
          and merchant_id = (select merchant_id from wallets where wallet_id = @wallet))
        """;

    /// <summary>
    /// Locks both in the order of their ids, as the flusher locks wallets: no deadlock. Returns the customer's posted balance. Nothing
    /// else of the customer's credit can change until the transaction ends: every writer of grants has this lock.
    /// </summary>
    public static async Task<Money> LockAsync(NpgsqlConnection connection, long walletId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select wallet_id, posted from wallets where {Both} order by wallet_id for update", connection).Add("wallet", walletId);
        var wallets = await command.ReadAllAsync(row => (Id: row.GetInt64(0), Posted: row.GetInt64(1)), cancellationToken);
        return new Money(wallets.Find(wallet => wallet.Id == walletId).Posted);
    }

    /// <summary>Moves an amount into the customer's wallet, out of it if negative: two entries, both balances.</summary>
    public static async Task BookAsync(
        NpgsqlConnection connection, EntryKind kind, Guid transactionId, long walletId, Money amount, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with deltas as (
              select wallet_id, case when wallet_id = @wallet then @amount else -@amount end as amount from wallets where {Both}
            ), entries as (
              insert into ledger_entries (transaction_id, wallet_id, kind, amount, created_at)
              select @id, wallet_id, {(short)kind}, amount, @at from deltas
            )
            update wallets w set posted = w.posted + d.amount, version = w.version + 1 from deltas d where d.wallet_id = w.wallet_id
            """,
            connection)
            .Add("wallet", walletId).Add("id", transactionId).AddTime("at", at);
        command.Parameters.Add(new NpgsqlParameter("amount", NpgsqlDbType.Bigint) { Value = amount.Units });
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 2)
        {
            throw new InvalidOperationException($"Wallet {walletId} or its merchant's granted-credit wallet is missing.");
        }
    }
}
