using Npgsql;

namespace Lava.Postgres.Verification;

/// <summary>One look at the books; what one pass over them can prove may be several results.</summary>
internal interface ICheck
{
    /// <summary>Runs on a snapshot; changes nothing.</summary>
    Task<IReadOnlyList<CheckResult>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}
