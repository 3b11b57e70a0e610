using Npgsql;

namespace Lava.Postgres;

/// <summary>The way into PostgreSQL for all stores: a connection, and failures turned into what a caller can act on.</summary>
internal static class StoreConnection
{
    /// <summary>Runs on a connection of the pool.</summary>
    public static async Task<T> RunAsync<T>(
        this NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await run(connection);
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            throw new StoreRefusedException(refused.MessageText, refused);
        }
        catch (NpgsqlException away) when (away.IsTransient)
        {
            throw new StoreUnavailableException(away.Message, away);
        }
    }

    /// <summary>Runs in one transaction; it is committed when <paramref name="run"/> returns and rolled back when it throws.</summary>
    public static Task<T> RunInTransactionAsync<T>(
        this NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken) =>
        source.RunAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var result = await run(connection);
                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            cancellationToken);

    /// <summary>The rows of a query, in its order.</summary>
    public static Task<List<T>> QueryAsync<T>(
        this NpgsqlDataSource source, NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        source.RunAsync(
            async connection =>
            {
                await using (command)
                {
                    command.Connection = connection;
                    return await command.ReadAllAsync(read, cancellationToken);
                }
            },
            cancellationToken);

    /// <summary>The rows of a command on its own connection.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The first row of a command; default without one.</summary>
    public static async Task<T?> ReadFirstAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : default;
    }
}
