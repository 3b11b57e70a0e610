using Npgsql;

namespace Lava.Postgres;

/// <summary>The clock of all that billing decides: PostgreSQL's, or the test clock of a test merchant.</summary>
internal static class MerchantClock
{
    /// <summary>Now, for a merchant, where another clock than PostgreSQL's is the real one.</summary>
    public static async Task<DateTimeOffset> NowAsync(
        NpgsqlConnection connection, Guid merchantId, DateTimeOffset real, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select merchant_now(@merchant, @real)", connection)
            .Add("merchant", merchantId).AddTime("real", real);
        return await command.ReadFirstAsync(row => row.Time(0), cancellationToken);
    }

    /// <summary>Now, for a wallet's merchant, where another clock than PostgreSQL's is the real one.</summary>
    public static async Task<DateTimeOffset> NowAsync(
        NpgsqlConnection connection, long walletId, DateTimeOffset real, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select merchant_now(merchant_id, @real) from wallets where wallet_id = @wallet", connection)
            .Add("wallet", walletId).AddTime("real", real);
        return await command.ReadFirstAsync(row => row.Time(0), cancellationToken);
    }

    /// <summary>Now, for a merchant.</summary>
    public static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, Guid merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select merchant_now(@merchant, clock_timestamp())", connection)
            .Add("merchant", merchantId);
        return await command.ReadFirstAsync(row => row.Time(0), cancellationToken);
    }
}
