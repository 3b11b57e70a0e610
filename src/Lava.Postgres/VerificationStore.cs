using Npgsql;

namespace Lava.Postgres;

/// <summary>What <c>lava verify</c> found.</summary>
public sealed class VerificationStore(StoreSource source)
{
    // A year of one each day; the rest is of no use to anybody.
    private const int Kept = 400;

    /// <summary>The last run; null: there was none.</summary>
    public async Task<VerificationRecord?> LatestAsync(CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select verified_at, seconds, checks, differences, report, version from verifications order by verified_at desc limit 1
            """);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Adds a run, over a connection of its own; the oldest go.</summary>
    internal static async Task AddAsync(NpgsqlConnection connection, VerificationRecord record, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with old as (
              delete from verifications
              where verified_at < (select verified_at from verifications order by verified_at desc offset {Kept} limit 1)
            )
            insert into verifications (verified_at, seconds, checks, differences, report, version)
            values (@at, @seconds, @checks, @differences, @report, @version) on conflict do nothing
            """,
            connection)
            .AddTime("at", record.VerifiedAt).Add("seconds", record.Took.TotalSeconds).Add("checks", record.Checks)
            .Add("differences", record.Differences).Add("report", record.Report.Replace('\0', '\uFFFD')).Add("version", record.Version);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static VerificationRecord Read(NpgsqlDataReader row) => new(
        row.Time(0), TimeSpan.FromSeconds(row.GetDouble(1)), row.GetInt32(2), row.GetInt64(3), row.GetString(4), row.GetString(5));
}
