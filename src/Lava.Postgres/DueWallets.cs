using Npgsql;

namespace Lava.Postgres;

/// <summary>Wallets whose balance has changed in a way that billing must look at; noted in the transaction of the change.</summary>
internal static class DueWallets
{
    /// <summary>Notes a wallet; once is enough.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, long walletId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into wallets_due (wallet_id) values (@wallet) on conflict do nothing", connection).Add("wallet", walletId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
