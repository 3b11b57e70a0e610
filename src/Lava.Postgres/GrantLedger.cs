using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>
/// Moves money between a customer's wallet and the account that its kind of entry stands against (<see cref="EntryRule"/>): the one place
/// that writes such transactions. Calls are booked by the flusher.
/// </summary>
internal static class GrantLedger
{
    /// <summary>
    /// Locks both accounts in the order of their ids, as the flusher locks wallets: no deadlock. Returns the customer's posted balance.
    /// Nothing else of the customer's credit can change until the transaction ends: every writer of grants has this lock.
    /// </summary>
    public static async Task<Money> LockAsync(
        NpgsqlConnection connection, EntryKind kind, long walletId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select wallet_id, posted from wallets where {Both(kind)} order by wallet_id for update", connection).Add("wallet", walletId);
        var wallets = await command.ReadAllAsync(row => (Id: row.GetInt64(0), Posted: row.GetInt64(1)), cancellationToken);
        return new Money(wallets.Find(wallet => wallet.Id == walletId).Posted);
    }

    /// <summary>Moves an amount into the customer's wallet, out of it if negative: two entries, both balances.</summary>
    public static async Task BookAsync(
        NpgsqlConnection connection, EntryKind kind, Guid transactionId, long walletId, Money amount, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        if (!EntryRule.Of(kind).Allows(amount))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), $"{kind} can't change a wallet by {amount}.");
        }

        await using var command = new NpgsqlCommand(
            $"""
            with deltas as (
              select wallet_id, case when wallet_id = @wallet then @amount else -@amount end as amount from wallets where {Both(kind)}
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
            throw new InvalidOperationException(
                $"Wallet {walletId} or its merchant's account of kind {EntryRule.Of(kind).Contra} is missing.");
        }

        await DueWallets.AddAsync(connection, walletId, cancellationToken);
        await WebhookEvents.AddAsync(connection, walletId, WebhookEventKind.BalanceUpdated, null, cancellationToken);
    }

    // A literal, not a parameter: only then does the planner see that the index over the merchant's own accounts will do.
    private static string Both(EntryKind kind) =>
        $"""
        wallet_id = @wallet or (kind = {(short)EntryRule.Of(kind).Contra}
          and merchant_id = (select merchant_id from wallets where wallet_id = @wallet))
        """;
}
