using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres.Seeding;

/// <summary>Writes the rows of a seeded store by COPY, value by value: it is done once, before anybody calls.</summary>
internal sealed class SeedRows(NpgsqlBinaryImporter rows) : IAsyncDisposable
{
    /// <summary>Copies into columns of a table, in their order.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="columns">The table and its columns: <c>table (column, …)</c>.</param>
    /// <param name="items">What becomes rows.</param>
    /// <param name="write">Writes the rows of an item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task CopyAsync<T>(
        NpgsqlConnection connection, string columns, IEnumerable<T> items, Action<SeedRows, T> write, CancellationToken cancellationToken)
    {
        await using var rows = new SeedRows(
            await connection.BeginBinaryImportAsync($"copy {columns} from stdin (format binary)", cancellationToken));
        foreach (var item in items)
        {
            write(rows, item);
        }

        await rows.CompleteAsync(cancellationToken);
    }

    /// <summary>Begins a row.</summary>
    public SeedRows Row()
    {
        rows.StartRow();
        return this;
    }

    /// <summary>uuid or null.</summary>
    public SeedRows Id(Guid? value) => value is { } id ? Add(id, NpgsqlDbType.Uuid) : Null();

    /// <summary>text or null.</summary>
    public SeedRows Text(string? value) => value is null ? Null() : Add(value, NpgsqlDbType.Text);

    /// <summary>jsonb or null.</summary>
    public SeedRows Json(string? value) => value is null ? Null() : Add(value, NpgsqlDbType.Jsonb);

    /// <summary>smallint.</summary>
    public SeedRows Small(short? value) => value is { } number ? Add(number, NpgsqlDbType.Smallint) : Null();

    /// <summary>integer or null.</summary>
    public SeedRows Number(int? value) => value is { } number ? Add(number, NpgsqlDbType.Integer) : Null();

    /// <summary>bigint.</summary>
    public SeedRows Long(long value) => Add(value, NpgsqlDbType.Bigint);

    /// <summary>An amount or null.</summary>
    public SeedRows Amount(Money? value) => value is { } amount ? Long(amount.Units) : Null();

    /// <summary>boolean.</summary>
    public SeedRows Flag(bool value) => Add(value, NpgsqlDbType.Boolean);

    /// <summary>timestamptz or null.</summary>
    public SeedRows Time(DateTimeOffset? value) => value is { } time ? Add(time.UtcDateTime, NpgsqlDbType.TimestampTz) : Null();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => rows.DisposeAsync();

    // Without it nothing is written.
    private async Task CompleteAsync(CancellationToken cancellationToken) => await rows.CompleteAsync(cancellationToken);

    private SeedRows Add<T>(T value, NpgsqlDbType type)
    {
        rows.Write(value, type);
        return this;
    }

    private SeedRows Null()
    {
        rows.WriteNull();
        return this;
    }
}
