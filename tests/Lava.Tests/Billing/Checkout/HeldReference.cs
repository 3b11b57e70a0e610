using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Billing.Checkout;

/// <summary>A transaction that has given a customer a reference and is not committed yet.</summary>
internal sealed class HeldReference : IAsyncDisposable
{
    // A bound on a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private readonly Books _books;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldReference(Books books, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_books, _connection, _transaction) = (books, connection, transaction);

    public static async Task<HeldReference> StartAsync(NpgsqlDataSource source, Books books, string reference)
    {
        var (customer, _) = await books.AddCustomerAsync();
        var connection = await source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("update customers set reference_id = $1 where customer_id = $2", connection);
        command.Parameters.Add(new() { Value = reference });
        command.Parameters.Add(new() { Value = customer });
        await command.ExecuteNonQueryAsync();
        return new HeldReference(books, connection, transaction);
    }

    /// <summary>Somebody waits for it.</summary>
    /// <param name="isOver">Whoever should wait has ended.</param>
    public async Task WaitedForAsync(Func<bool> isOver)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await _books.ScalarAsync<long>("select count(*) from pg_locks where not granted and locktype = 'transactionid'") == 0)
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
