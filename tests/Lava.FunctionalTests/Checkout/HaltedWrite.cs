using Npgsql;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// Halts the server's first write of a kind inside PostgreSQL, within the transaction or in its commit, by a trigger that waits for a lock
/// of the test's.
/// </summary>
internal sealed class HaltedWrite : IAsyncDisposable
{
    private const int Lock = 471_147;
    private readonly NpgsqlConnection _holder;
    private readonly string _table;

    private HaltedWrite(NpgsqlConnection holder, string table) => (_holder, _table) = (holder, table);

    /// <param name="database">The server's database.</param>
    /// <param name="write">Such as <c>insert on grants</c>.</param>
    /// <param name="when">Which rows; empty: all.</param>
    /// <param name="inCommit">Not at once, but as the last thing of the transaction.</param>
    public static async Task<HaltedWrite> StartAsync(string database, string write, string when, bool inCommit)
    {
        var holder = new NpgsqlConnection(database);
        await holder.OpenAsync();
        await RunAsync(holder, $"""
            select pg_advisory_lock({Lock});
            create or replace function halt() returns trigger language plpgsql as
              'begin perform pg_advisory_xact_lock_shared({Lock}); return null; end';
            create {(inCommit ? "constraint " : "")}trigger halt after {write} {(inCommit ? "deferrable initially deferred" : "")}
              for each row {(when.Length == 0 ? "" : $"when ({when})")} execute function halt()
            """);
        return new HaltedWrite(holder, write.Split(' ').Last());
    }

    /// <summary>Ends when the server waits.</summary>
    public async Task ReachedAsync(Func<bool> isOver)
    {
        await using var command = new NpgsqlCommand(
            $"select count(*) from pg_locks where locktype = 'advisory' and objid = {Lock} and not granted", _holder);
        while ((long)(await command.ExecuteScalarAsync())! == 0)
        {
            Assert.False(isOver(), $"the server never wrote to {_table}");
            await Task.Delay(10);
        }
    }

    /// <summary>Lets the halted transaction go on, or ends it; then nothing halts any more.</summary>
    public async Task ReleaseAsync(bool isLost)
    {
        if (isLost)
        {
            await RunAsync(_holder, $"""
                select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = {Lock} and not granted
                """);
        }

        await RunAsync(_holder, $"select pg_advisory_unlock({Lock})");
        await RunAsync(_holder, $"drop trigger halt on {_table}");
    }

    public async ValueTask DisposeAsync() => await _holder.DisposeAsync();

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
