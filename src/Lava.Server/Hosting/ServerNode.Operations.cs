using Lava.Postgres;
using Lava.Server.Configuration;
using Lava.Server.Web.Dashboard.Operations;

namespace Lava.Server.Hosting;

/// <summary>What the operator's page shows of the node.</summary>
internal sealed partial class ServerNode
{
    private PeriodicWorker StartOperations(
        ServeOptions options, ServeParts parts, Database database, TimeProvider time, ILogger rounds)
    {
        var sampler = OperationsCounters.Sampler(this, time);
        Dashboard = Dashboard with
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
