using Lava.Billing.Credits;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Limits;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Api.CheckoutSessions;
using Lava.Server.Api.Payments;
using Lava.Server.Api.ProviderKeys;
using Lava.Server.Api.Subscriptions;
using Lava.Server.Api.Webhooks;
using Lava.Wallets;

namespace Lava.Server.Api;

/// <summary>What the management API works with.</summary>
public sealed record ManagementDependencies
{
    /// <summary>Who may call and who can pay.</summary>
    public required Snapshot<AccountSnapshot> Accounts { get; init; }

    /// <summary>Meters and model prices.</summary>
    public required Snapshot<PricingSnapshot> Pricing { get; init; }

    /// <summary>Units used on each meter.</summary>
    public required MeterPositions Positions { get; init; }

    /// <summary>What is used of hard limits.</summary>
    public LimitCounters Limits { get; init; } = new();

    /// <summary>The live wallets.</summary>
    public required WalletStore Wallets { get; init; }

    /// <summary>The system of record.</summary>
    public required ManagementStores Stores { get; init; }

    /// <summary>Gives credit.</summary>
    public required CreditGrants Grants { get; init; }

    /// <summary>Books refunds, corrections and debt written off.</summary>
    public required CreditAdjustments Adjustments { get; init; }

    /// <summary>Changes subscriptions.</summary>
    public required SubscriptionParts Subscriptions { get; init; }
    /// <summary>Charges cards; null where this server charges none.</summary>
    internal PaymentParts? Payments { get; init; }

    /// <summary>Makes the secrets that the 2025 SDKs read.</summary>
    public required LegacySecret LegacySecrets { get; init; }

    /// <summary>Encrypts and decrypts merchants' own keys for providers.</summary>
    public required ProviderKeyRing ProviderKeys { get; init; }

    /// <summary>Makes and seals the secrets that webhooks are signed with.</summary>
    public required WebhookSecrets WebhookSecrets { get; init; }

    /// <summary>Where webhooks may lead.</summary>
    public WebhookTargets WebhookTargets { get; init; } = WebhookTargets.PublicOnly;

    /// <summary>The provider table.</summary>
    public required ProviderCatalog Catalog { get; init; }

    /// <summary>The rows that price books are made of.</summary>
    public required PriceCatalog Prices { get; init; }

    /// <summary>The operator's keys for providers.</summary>
    public required ManagedProviderKeys ManagedKeys { get; init; }

    /// <summary>Read your writes.</summary>
    public required IFlushPosition FlushPosition { get; init; }

    /// <summary>One change of a merchant's at a time.</summary>
    internal ChangeGate Gate { get; init; } = new();

    /// <summary>Calls a minute that each secret key may make; 0: no bound.</summary>
    public int CallsPerMinute { get; init; }

    /// <summary>Where people reach this server, with a slash at the end; null: where it was called.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Which settings live merchants' checkouts lack.</summary>
    public LiveCheckoutGaps CheckoutGaps { get; init; } = LiveCheckoutGaps.All;

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
