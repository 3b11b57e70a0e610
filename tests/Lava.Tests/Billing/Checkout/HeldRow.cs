using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Billing.Checkout;

/// <summary>A transaction that has a row others want, and is not committed yet.</summary>
internal sealed class HeldRow : IAsyncDisposable
{
    // A bound on a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private readonly Books _books;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldRow(Books books, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_books, _connection, _transaction) = (books, connection, transaction);

    public static async Task<HeldRow> StartAsync(NpgsqlDataSource source, Books books, string sql, params object[] values)
    {
        var connection = await source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
        return new HeldRow(books, connection, transaction);
    }

    /// <summary>Somebody waits for it, or for somebody who does.</summary>
    /// <param name="isOver">Whoever should wait has ended.</param>
    /// <param name="count">How many of them.</param>
    public async Task WaitedForAsync(Func<bool> isOver, int count = 1)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await _books.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < count)
        {
            Assert.False(isOver(), "nobody waited for it");
            await Task.Delay(PollInterval, limit.Token);
        }
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
