using Lava.Billing.Credits;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Finds and books credit that expired. Only for the process that holds the node's live wallets: its fence must be the newest.
/// </summary>
public sealed class ExpiryStore(StoreSource source, JournalPosition position, TimeProvider time) : IExpiryStore
{
    /// <summary>Expired grants of a wallet in one transaction, the first to be burned; those behind them have their turn later.</summary>
    public const int GrantsPerExpiry = 1_000;

    // In the order in which the flusher burns them. Charges that are not flushed yet may burn others that come before an expired one; they
    // are taken to burn the expired ones all the same: too much is kept then, until the next round, and never too little.
    private const string Expired =
        """
        select grant_id, remaining, (sum(remaining) over (order by burn_class, expires_at, grant_id) - remaining)::bigint as earlier
        from grants where wallet_id = @wallet and not spent and expires_at <= @now
        order by burn_class, expires_at, grant_id limit @limit
        """;

    /// <inheritdoc/>
    public Task<List<long>> FindAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select distinct wallet_id from grants
            where not spent and expires_at <= (select greatest(@now, max(at)) from test_clocks)
              and expires_at <= merchant_now(merchant_id, @now) and wallet_id > @after
            order by wallet_id limit @limit
            """)
            .AddTime("now", time.GetUtcNow()).Add("after", after).Add("limit", limit);
        return source.QueryAsync(command, row => row.GetInt64(0), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task ExpireAsync(Guid expiryId, long walletId, Func<UnspentCredit, Money> take, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, position, cancellationToken);
                var posted = await GrantLedger.LockAsync(connection, EntryKind.Expiry, walletId, cancellationToken);
                var now = await MerchantClock.NowAsync(connection, walletId, time.GetUtcNow(), cancellationToken);
                var remaining = await ReadRemainingAsync(connection, walletId, now, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                var amount = take(new UnspentCredit(posted, remaining));
                if (amount > Money.Zero)
                {
                    await LowerAsync(connection, expiryId, walletId, remaining - amount, amount, now);
                    await GrantLedger.BookAsync(
                        connection, EntryKind.Expiry, expiryId, walletId, -amount, now, CancellationToken.None);
                }

                return amount;
            },
            CancellationToken.None);

    /// <inheritdoc/>
    public Task<bool> IsCommittedAsync(Guid expiryId, long walletId, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await GrantLedger.LockAsync(connection, EntryKind.Expiry, walletId, cancellationToken);
                await using var command = new NpgsqlCommand(
                    "select exists (select from grant_expiries where expiry_id = @id)", connection).Add("id", expiryId);
                return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
            },
            cancellationToken);

    private static async Task<Money> ReadRemainingAsync(
        NpgsqlConnection connection, long walletId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select coalesce(sum(remaining), 0)::bigint from ({Expired}) expired", connection)
            .Add("wallet", walletId).AddTime("now", now).Add("limit", GrantsPerExpiry);
        return new Money(await command.ReadFirstAsync(row => row.GetInt64(0), cancellationToken));
    }

    // What is kept, for charges that are not flushed yet and for open holds, stays in the grants that they will burn: the first ones.
    private static async Task LowerAsync(
        NpgsqlConnection connection, Guid expiryId, long walletId, Money kept, Money amount, DateTimeOffset now)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with expired as ({Expired}), lowered as (
              update grants g set remaining = g.remaining - e.lost, taken_back = g.taken_back + e.lost
              from (select grant_id, remaining - least(remaining, greatest(0, @kept - earlier)) as lost from expired) e
              where g.grant_id = e.grant_id and e.lost > 0
              returning g.grant_id, e.lost as amount
            ), parts as (
              insert into grant_expiries (expiry_id, grant_id, amount, created_at)
              select @id, grant_id, amount, @now from lowered returning amount
            )
            select coalesce(sum(amount), 0)::bigint from parts
            """,
            connection)
            .Add("wallet", walletId).AddTime("now", now).Add("limit", GrantsPerExpiry)
            .Add("kept", kept.Units).Add("id", expiryId);
        var lowered = new Money(await command.ReadFirstAsync(row => row.GetInt64(0), CancellationToken.None));
        if (lowered != amount)
        {
            throw new InvalidOperationException($"The grants of wallet {walletId} lost {lowered}, the wallet {amount}.");
        }
    }
}
