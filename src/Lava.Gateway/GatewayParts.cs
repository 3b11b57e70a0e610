using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Gateway.Jobs;
using Lava.Gateway.Limits;
using Lava.Gateway.Signals;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering.Pricing;
using Lava.Wallets;
using Lava.Wallets.Journal;
using Microsoft.Extensions.Logging;

namespace Lava.Gateway;

/// <summary>What the pipeline works with; made by the server's composition.</summary>
public sealed record GatewayParts
{
    /// <summary>Who may call and who can pay.</summary>
    public required Snapshot<AccountSnapshot> Accounts { get; init; }

    /// <summary>Meters and model prices.</summary>
    public required Snapshot<PricingSnapshot> Pricing { get; init; }

    /// <summary>The live wallets.</summary>
    public required WalletStore Wallets { get; init; }

    /// <summary>The journal.</summary>
    public required JournalWriter Journal { get; init; }

    /// <summary>Where each customer stands in each meter's tiers.</summary>
    public required MeterPositions Positions { get; init; }

    /// <summary>What is used of hard limits.</summary>
    public LimitCounters Limits { get; init; } = new();

    /// <summary>Asynchronous jobs whose end has not been seen.</summary>
    public JobIndex Jobs { get; init; } = new();

    /// <summary>Resolves credentials.</summary>
    public required CredentialResolver Credentials { get; init; }

    /// <summary>Finds targets.</summary>
    public required TargetParser Targets { get; init; }

    /// <summary>The operator's keys for the providers.</summary>
    public required ManagedProviderKeys ProviderKeys { get; init; }

    /// <summary>Sends requests to providers.</summary>
    public required UpstreamClient Upstream { get; init; }

    /// <summary>Settings.</summary>
    public required GatewayOptions Options { get; init; }

    /// <summary>Who wants to know of refused calls.</summary>
    public IGatewaySignals Signals { get; init; } = NoSignals.Instance;

    /// <summary>Counters.</summary>
    public GatewayMetrics Metrics { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Log; abnormal ends only.</summary>
    public required ILogger Logger { get; init; }
}
