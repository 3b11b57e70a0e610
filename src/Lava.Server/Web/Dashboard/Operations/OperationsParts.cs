using Lava.Postgres;
using Lava.Server.Configuration;
using Lava.Server.Hosting;

namespace Lava.Server.Web.Dashboard.Operations;

/// <summary>What the operator's page works with. All of it is in memory but what <c>lava verify</c> found.</summary>
internal sealed record OperationsParts
{
    /// <summary>The node.</summary>
    public required ServerNode Node { get; init; }

    /// <summary>Its counters in the last hours.</summary>
    public required OperationsSampler Sampler { get; init; }

    /// <summary>Its settings.</summary>
    public required ServeOptions Options { get; init; }

    /// <summary>What the settings name.</summary>
    public required ServeParts Parts { get; init; }

    /// <summary>What <c>lava verify</c> found.</summary>
    public required VerificationStore Verifications { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}
