using Lava.Billing.Checkout;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Messages with codes that went out, for the limits by phone and by merchant.</summary>
internal static class CodeSendStore
{
    /// <summary>One at a time for a phone, until the transaction ends.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, string phone, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended(@phone, 0))", connection)
            .Add("phone", phone);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What went out within a day.</summary>
    public static async Task<CodeSendCounts> CountAsync(
        NpgsqlConnection connection, Guid merchantId, string phone, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select count(*) filter (where sent_at > clock_timestamp() - interval '1 hour'), count(*),
              (select count(*) from code_sends m where m.merchant_id = @merchant and m.sent_at > clock_timestamp() - interval '1 hour'),
              max(sent_at)
            from code_sends where phone = @phone and sent_at > clock_timestamp() - interval '1 day'
            """,
            connection).Add("merchant", merchantId).Add("phone", phone);
        return await command.ReadFirstAsync(
            row => new CodeSendCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.Time(3)),
            cancellationToken);
    }

    /// <summary>Notes one.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, Guid merchantId, string phone, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into code_sends (merchant_id, phone, sent_at) values (@merchant, @phone, clock_timestamp())", connection)
            .Add("merchant", merchantId).Add("phone", phone);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
