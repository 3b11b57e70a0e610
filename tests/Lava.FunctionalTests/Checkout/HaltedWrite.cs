using Npgsql;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// Halts the server's first write of a kind inside PostgreSQL, within the transaction or in its commit, by a trigger that waits for a lock
/// of the test's.
/// </summary>
internal sealed class HaltedWrite : IAsyncDisposable
{
    private static int _lastLock = 471_147;
    private readonly NpgsqlConnection _holder;
    private readonly string _table;

    // Each has its own, and a trigger of that name: what an earlier one has left halts nothing any more.
    private readonly int _lock;

    private HaltedWrite(NpgsqlConnection holder, string table, int own) => (_holder, _table, _lock) = (holder, table, own);

    /// <param name="database">The server's database.</param>
    /// <param name="write">Such as <c>insert on grants</c>.</param>
    /// <param name="when">Which rows; empty: all.</param>
    /// <param name="inCommit">Not at once, but as the last thing of the transaction.</param>
    public static async Task<HaltedWrite> StartAsync(string database, string write, string when, bool inCommit)
    {
        var own = Interlocked.Increment(ref _lastLock);
        var holder = new NpgsqlConnection(database);
        await holder.OpenAsync();
        await RunAsync(holder, $"""
            select pg_advisory_lock({own});
            create function halt_{own}() returns trigger language plpgsql as
              'begin perform pg_advisory_xact_lock_shared({own}); return null; end';
            create {(inCommit ? "constraint " : "")}trigger halt_{own} after {write} {(inCommit ? "deferrable initially deferred" : "")}
              for each row {(when.Length == 0 ? "" : $"when ({when})")} execute function halt_{own}()
            """);
        return new HaltedWrite(holder, write.Split(' ').Last(), own);
    }

    /// <summary>Ends when the server waits.</summary>
    public async Task ReachedAsync(Func<bool> isOver)
    {
        await using var command = new NpgsqlCommand(
            $"select count(*) from pg_locks where locktype = 'advisory' and objid = {_lock} and not granted", _holder);
        while ((long)(await command.ExecuteScalarAsync())! == 0)
        {
            Assert.False(isOver(), $"the server never wrote to {_table}");
            await Task.Delay(10);
        }
    }

    /// <summary>
    /// Lets the halted transaction go on. The trigger stays: beside a running server its end would ask for the whole table, between others
    /// who wait for one another's rows, and PostgreSQL would end one of them.
    /// </summary>
    public Task LetGoAsync() => RunAsync(_holder, $"select pg_advisory_unlock({_lock})");

    /// <summary>
    /// For a server that is dead: lets its halted transaction go on without it, or ends it; done when that has ended.
    /// </summary>
    public async Task ReleaseAsync(bool isLost)
    {
        if (isLost)
        {
            await RunAsync(_holder, $"""
                select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = {_lock} and not granted
                """);
        }

        await LetGoAsync();
        await RunAsync(_holder, $"drop trigger halt_{_lock} on {_table}");
    }

    public async ValueTask DisposeAsync() => await _holder.DisposeAsync();

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
