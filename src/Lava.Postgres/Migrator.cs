using System.Data;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Brings a database to the schema of this binary: the embedded steps in order, each in a transaction of its own. Several processes may
/// start at once: an advisory lock lets one of them work. There is no way back: an older binary refuses a newer schema.
/// </summary>
public sealed class Migrator
{
    // Any constant that no other program on the same database is likely to use.
    private const long AdvisoryLock = 0x6C61_7661_7363_686D;

    private const string CreateTable = """
        create table if not exists schema_migrations (
          version integer primary key,
          name text not null,
          checksum text not null,
          applied_at timestamptz not null default now()
        )
        """;

    private const string InsertRow = "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)";

    private readonly NpgsqlDataSource _source;
    private readonly IReadOnlyList<Migration> _steps;

    /// <summary>With the steps of this binary.</summary>
    public Migrator(NpgsqlDataSource source)
        : this(source, Migration.Embedded())
    {
    }

    internal Migrator(NpgsqlDataSource source, IReadOnlyList<Migration> steps)
    {
        _source = source;
        _steps = steps;
    }

    /// <summary>Applies what is missing; gives the number of steps applied.</summary>
    /// <exception cref="SchemaMismatchException">The database is newer than the binary, or an applied step has changed.</exception>
    public async Task<int> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({AdvisoryLock})", cancellationToken);
        try
        {
            await ExecuteAsync(connection, CreateTable, cancellationToken);
            var applied = await ReadAppliedAsync(connection, cancellationToken);
            Check(applied, _steps);
            foreach (var step in _steps.Skip(applied.Count))
            {
                await ApplyAsync(connection, step, cancellationToken);
            }

            return _steps.Count - applied.Count;
        }
        finally
        {
            // The pool keeps the session, and with it the lock, when the connection is closed; a broken one has lost both.
            if (connection.FullState == ConnectionState.Open)
            {
                await ExecuteAsync(connection, $"select pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
            }
        }
    }

    /// <summary>Proves that the database has exactly the schema of this binary; changes nothing.</summary>
    /// <exception cref="SchemaMismatchException">It has another one, or none.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var steps = Migration.Embedded();
        await using var exists = new NpgsqlCommand("select to_regclass('schema_migrations') is not null", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            throw new SchemaMismatchException("The database has no schema of lava: is it the right one? 'lava serve' makes it.");
        }

        var applied = await ReadAppliedAsync(connection, cancellationToken);
        Check(applied, steps);
        if (applied.Count < steps.Count)
        {
            throw new SchemaMismatchException(
                $"The database's schema is at version {applied.Count}, this binary's at {steps.Count}: use the lava that serves from it.");
        }
    }

    private static async Task<List<(int Version, string Name, string Checksum)>> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new List<(int, string, string)>();
        await using var command = new NpgsqlCommand("select version, name, checksum from schema_migrations order by version", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return applied;
    }

    private static void Check(List<(int Version, string Name, string Checksum)> applied, IReadOnlyList<Migration> steps)
    {
        if (applied.Count > steps.Count)
        {
            throw new SchemaMismatchException(
                $"The database's schema is at version {applied[^1].Version}, this binary knows {steps.Count}: start the newer lava.");
        }

        for (var i = 0; i < applied.Count; i++)
        {
            var (version, name, checksum) = applied[i];
            if (version != steps[i].Version || checksum != steps[i].Checksum)
            {
                throw new SchemaMismatchException(
                    $"Step {version} ({name}) of the database's schema is not this binary's: another build of lava made it.");
            }
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration step, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, step.Sql, cancellationToken);
        await using (var command = new NpgsqlCommand(InsertRow, connection))
        {
            command.Parameters.Add(new() { Value = step.Version });
            command.Parameters.Add(new() { Value = step.Name });
            command.Parameters.Add(new() { Value = step.Checksum });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // No time limit: a step may rewrite a large table, and another process may be at one.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
