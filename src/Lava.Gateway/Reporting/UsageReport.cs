using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Reporting;

/// <summary>Work done outside the gateway, as a caller reports it. Valid: every field was checked.</summary>
public sealed record UsageReport
{
    /// <summary>The caller's own id of the work: the same id and content again gives the first answer.</summary>
    public required string RequestId { get; init; }

    /// <summary>Who reports.</summary>
    public required Merchant Merchant { get; init; }

    /// <summary>Whose work it was.</summary>
    public required Customer Customer { get; init; }

    /// <summary>What prices it.</summary>
    public required Meter Meter { get; init; }

    /// <summary>What was used.</summary>
    public required Usage Usage { get; init; }

    /// <summary>Metadata as a compact JSON object with sorted keys; null without.</summary>
    public string? Metadata { get; init; }
}
