using System.Data;
using System.Runtime.CompilerServices;
using Lava.Metering.Catalog;
using Lava.Wallets.Journal;
using Npgsql;

namespace Lava.Postgres.Verification;

/// <summary>
/// Proves the books as they were at one moment: all checks read the same snapshot, while a server goes on writing. It writes nothing and
/// takes no lock that a running server waits for.
/// </summary>
public sealed class BookVerification : IAsyncDisposable
{
    // Sums of millions of rows stay in memory; of more they go through temporary files.
    private const string Settings = "set transaction read only; set local work_mem = '128MB'; set local jit = off; set local timezone = 'UTC'";

    private readonly NpgsqlConnection _connection;
    private readonly PrivateCluster? _cluster;
    private readonly JournalCheck _journal;

    internal BookVerification(NpgsqlConnection connection, PrivateCluster? cluster, JournalCheck journal)
    {
        _connection = connection;
        _cluster = cluster;
        _journal = journal;
    }

    /// <summary>Where the books lie, for people.</summary>
    public string Origin { get; private init; } = "";

    /// <summary>Opens the given database, else the data directory's own: the server that runs on it, or one started for the time.</summary>
    /// <param name="connectionString">Npgsql's; null for the data directory's own.</param>
    /// <param name="dataDirectory">Where a private server lies.</param>
    /// <param name="journalDirectory">The journal of a node.</param>
    /// <param name="nodeId">The node's number.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PrivateClusterException">There is no private database, or it can't be started; the message says what to do.</exception>
    /// <exception cref="SchemaMismatchException">The database belongs to another version.</exception>
    /// <exception cref="StoreUnavailableException">The server does not answer, or refuses the user.</exception>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    public static async Task<BookVerification> OpenAsync(
        string? connectionString, string dataDirectory, string journalDirectory, int nodeId, TimeProvider time,
        CancellationToken cancellationToken)
    {
        PrivateCluster? cluster = null;
        NpgsqlConnection? connection = null;
        try
        {
            var origin = "as given by --postgres";
            if (connectionString is null)
            {
                (connectionString, cluster) = await PrivateCluster.AttachAsync(dataDirectory, time, cancellationToken);
                origin = cluster is null ? "of the running server" : "of the data directory, started for this";
            }

            var journal = new JournalCheck(journalDirectory, nodeId);
            journal.FindOldest();
            connection = await ConnectAsync(connectionString, cancellationToken);
            return new BookVerification(connection, cluster, journal) { Origin = origin };
        }
        catch (Exception e)
        {
            await CloseAsync(connection, cluster);
            if (e is NpgsqlException)
            {
                throw new StoreUnavailableException($"PostgreSQL: {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Runs every check, one after the other.</summary>
    /// <param name="prices">The catalog that costs are calculated with again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<CheckResult> RunAsync(
        PriceCatalog prices, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var check in Checks)
        {
            yield return await check.RunAsync(_connection, cancellationToken);
        }

        foreach (var result in await new ArithmeticCheck(prices).RunAsync(_connection, cancellationToken))
        {
            yield return result;
        }

        foreach (var result in await _journal.RunAsync(_connection, cancellationToken))
        {
            yield return result;
        }
    }

    /// <summary>Ends the transaction, and stops a server that was started for it.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_connection, _cluster);

    private static IReadOnlyList<SqlCheck> Checks { get; } =
    [
        LedgerChecks.Transactions, LedgerChecks.Accounts, LedgerChecks.Wallets, LedgerChecks.Debits, LedgerChecks.RemovedMonths,
        CreditChecks.Remaining, CreditChecks.Grants, CreditChecks.TakenBack, CreditChecks.Expiries, CreditChecks.Adjustments,
        UsageChecks.Debits, UsageChecks.Positions, UsageChecks.Sums, UsageChecks.Totals, UsageChecks.Reports, UsageChecks.Rejected,
    ];

    private static async Task<NpgsqlConnection> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "lava verify", Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await using var command = new NpgsqlCommand(Settings, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await Migrator.CheckAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask CloseAsync(NpgsqlConnection? connection, PrivateCluster? cluster)
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }

        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}
