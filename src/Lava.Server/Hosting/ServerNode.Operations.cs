using Lava.Postgres;
using Lava.Server.Configuration;
using Lava.Server.Web.Dashboard;
using Lava.Server.Web.Dashboard.Operations;

namespace Lava.Server.Hosting;

/// <summary>What the operator's page shows of the node.</summary>
internal sealed partial class ServerNode
{
    /// <summary>Is the database this process's own?</summary>
    public bool HasPrivateDatabase => _database.IsPrivate;

    /// <summary>Is PostgreSQL there now?</summary>
    public PostgresState Postgres => _database.State;

    /// <summary>How often a private PostgreSQL ended by itself and was started again.</summary>
    public int PostgresRestarts => _database.Restarts;

    private PeriodicWorker StartOperations(
        DashboardParts dashboard, ServeOptions options, ServeParts parts, Database database, TimeProvider time, ILogger rounds)
    {
        var sampler = OperationsCounters.Sampler(this, time);
        Dashboard = dashboard with
        {
            Operations = new OperationsParts
            {
                Node = this,
                Sampler = sampler,
                Options = options,
                Parts = parts,
                Verifications = new VerificationStore(database.Reading),
                StartedAt = time.GetUtcNow(),
            },
        };
        return new PeriodicWorker(sampler.SampleAsync, OperationsSampler.Interval, time, rounds, "Samples");
    }
}
