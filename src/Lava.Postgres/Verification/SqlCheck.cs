using System.Globalization;
using Npgsql;

namespace Lava.Postgres.Verification;

/// <summary>A check that PostgreSQL itself can make.</summary>
/// <param name="Name">What it proves.</param>
/// <param name="Looked">A query for the number of rows that are looked at.</param>
/// <param name="Differences">
/// A query for the rows that differ: what (text), expected, found (text or null, where nothing should be or nothing is there).
/// </param>
internal sealed record SqlCheck(string Name, string Looked, string Differences) : ICheck
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var looked = new NpgsqlCommand(Looked, connection) { CommandTimeout = 0 };
        var count = Convert.ToInt64(await looked.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        await using var command = new NpgsqlCommand(
            $"""
            select what, expected, found, count(*) over () from ({Differences}) as d (what, expected, found)
            limit {CheckResult.MaxFirst}
            """,
            connection)
        {
            CommandTimeout = 0,
        };
        var total = 0L;
        var first = await command.ReadAllAsync(
            row =>
            {
                total = row.GetInt64(3);
                return $"{row.GetString(0)}: expected {row.Text(1) ?? "nothing"}, found {row.Text(2) ?? "nothing"}";
            },
            cancellationToken);
        return [new CheckResult(Name, count, total, first)];
    }
}
