using Lava.Billing.Credits;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What wallets have left, by where it comes from.</summary>
public sealed class CreditStore(StoreSource source)
{
    /// <summary>One question for all the wallets; those that do not exist are left out.</summary>
    public Task<Dictionary<long, CreditSplit>> SplitAsync(long[] walletIds, CancellationToken cancellationToken) =>
        source.RunAsync(connection => SplitAsync(connection, walletIds, cancellationToken), cancellationToken);

    /// <summary>The same in a transaction.</summary>
    internal static async Task<Dictionary<long, CreditSplit>> SplitAsync(
        NpgsqlConnection connection, long[] walletIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select w.wallet_id, w.posted, coalesce(sum(g.remaining) filter (where g.burn_class = 0), 0)::bigint,
              coalesce(sum(g.remaining) filter (where g.burn_class = 1), 0)::bigint,
              coalesce(sum(g.remaining) filter (where g.burn_class = 2), 0)::bigint
            from wallets w left join grants g on g.wallet_id = w.wallet_id and not g.spent
            where w.wallet_id = any (@wallets) group by w.wallet_id
            """,
            connection).Add("wallets", walletIds);
        var rows = await command.ReadAllAsync(
            row => (Id: row.GetInt64(0), Split: new CreditSplit(
                new Money(row.GetInt64(2)), new Money(row.GetInt64(3)), new Money(row.GetInt64(4)), new Money(row.GetInt64(1)))),
            cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.Split);
    }
}
