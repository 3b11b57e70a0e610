using System.Data;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// One process at a time does the billing of a database. The lock belongs to a session: a process that dies, or whose connection breaks,
/// has lost it at once. Two that both believe to have it harm nobody: each renewal happens once anyway.
/// </summary>
public sealed class BillingLock(NpgsqlDataSource source) : IAsyncDisposable
{
    // Any number: it only has to be the same for every server on one database, and another than the first merchant's.
    private const long Key = 0x4C415642;

    // A stop must not wait for a silent server: it gives the lock back when it notices that the session has gone.
    private const int ReleaseSeconds = 2;
    private NpgsqlConnection? _session;

    /// <summary>Takes the lock, or makes sure that it is still held.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_session is null)
            {
                var session = await source.OpenConnectionAsync(cancellationToken);
                if (!await AskAsync(session, $"select pg_try_advisory_lock({Key})", cancellationToken))
                {
                    await session.DisposeAsync();
                    return false;
                }

                _session = session;
            }

            return await AskAsync(_session, "select true", cancellationToken);
        }
        catch (Exception away) when (Failures.MayPass(away))
        {
            await DisposeAsync();
            throw new StoreUnavailableException(Failures.Reason(away), away);
        }
    }

    /// <summary>Gives it back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_session is { } session)
        {
            _session = null;

            // Not left to the pool, which keeps sessions open; a broken one has lost the lock.
            if (session.State == ConnectionState.Open)
            {
                await ReleaseAsync(session);
            }

            await session.DisposeAsync();
        }
    }

    private static async Task ReleaseAsync(NpgsqlConnection session)
    {
        try
        {
            await using var command = new NpgsqlCommand($"select pg_advisory_unlock({Key})", session) { CommandTimeout = ReleaseSeconds };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session has ended, and the lock with it.
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection session, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, session);
        return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
    }
}
