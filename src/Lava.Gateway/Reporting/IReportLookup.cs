using Lava.Metering;

namespace Lava.Gateway.Reporting;

/// <summary>Finds a record that the database already holds.</summary>
public interface IReportLookup
{
    /// <summary>The last journal record that the database holds.</summary>
    long AppliedSequence { get; }

    /// <summary>The merchant's record with this id; null when there is none.</summary>
    Task<UsageRecord?> FindAsync(Guid merchantId, string requestId, CancellationToken cancellationToken);
}
