using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// The way into PostgreSQL for all stores: a connection, and failures turned into what a caller can act on. While PostgreSQL is known to
/// be away nobody waits for it.
/// </summary>
public sealed class StoreSource(NpgsqlDataSource source, PostgresWatch? watch)
{
    /// <summary>Connections that nobody watches.</summary>
    public static implicit operator StoreSource(NpgsqlDataSource source) => new(source, null);

    /// <summary>Runs on a connection of the pool.</summary>
    internal async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        if (watch?.State.Away is { } reason)
        {
            throw new StoreUnavailableException(reason);
        }

        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await run(connection);
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            throw new StoreRefusedException(refused.MessageText, refused);
        }
        catch (PostgresException ended)
            when (ended.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            throw new QueryTooLongException(ended);
        }
        catch (Exception away) when (Failures.MayPass(away))
        {
            // What broke one connection broke the others too: only one caller in each pool has to meet it.
            source.Clear();
            throw new StoreUnavailableException(Failures.Reason(away), away);
        }
    }

    /// <summary>Runs in one transaction; it is committed when <paramref name="run"/> returns and rolled back when it throws.</summary>
    internal Task<T> RunInTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await run(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);

    /// <summary>The rows of a query, in its order.</summary>
    internal Task<List<T>> QueryAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(
            async connection =>
            {
                await using (command)
                {
                    command.Connection = connection;
                    return await command.ReadAllAsync(read, cancellationToken);
                }
            },
            cancellationToken);
}
