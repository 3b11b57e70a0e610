using Lava.Gateway.Reporting;
using Lava.Metering;
using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>Finds what the database already holds of a report.</summary>
internal sealed class ReportLookup(RequestStore requests, FlushWorker flusher) : IReportLookup
{
    public long AppliedSequence => flusher.AppliedSequence;

    public Task<UsageRecord?> FindAsync(Guid merchantId, string requestId, CancellationToken cancellationToken) =>
        requests.FindAsync(merchantId, requestId, cancellationToken);
}
