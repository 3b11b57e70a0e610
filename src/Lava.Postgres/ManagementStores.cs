namespace Lava.Postgres;

/// <summary>The stores that the management API works with, over one pool of connections.</summary>
public sealed class ManagementStores(StoreSource source, TimeProvider time)
{
    /// <summary>Merchants.</summary>
    public MerchantStore Merchants { get; } = new(source, time);

    /// <summary>Secret keys.</summary>
    public SecretKeyStore SecretKeys { get; } = new(source);

    /// <summary>Spend keys.</summary>
    public SpendKeyStore SpendKeys { get; } = new(source);

    /// <summary>Merchants' own keys for providers.</summary>
    public ProviderKeyStore ProviderKeys { get; } = new(source);

    /// <summary>Customers.</summary>
    public CustomerStore Customers { get; } = new(source);

    /// <summary>Meters.</summary>
    public MeterStore Meters { get; } = new(source);

    /// <summary>Plans.</summary>
    public PlanStore Plans { get; } = new(source);

    /// <summary>Subscriptions.</summary>
    public SubscriptionStore Subscriptions { get; } = new(source);

    /// <summary>Hard limits.</summary>
    public LimitStore Limits { get; } = new(source);
    /// <summary>What wallets have left.</summary>
    public CreditStore Credits { get; } = new(source);

    /// <summary>What payment providers told.</summary>
    public ProviderEventStore ProviderEvents { get; } = new(source);

    /// <summary>Records of calls.</summary>
    public RequestStore Requests { get; } = new(source);

    /// <summary>Sums over them.</summary>
    public UsageStore Usage { get; } = new(source);

    /// <summary>Webhooks.</summary>
    public WebhookStore Webhooks { get; } = new(source);

    /// <summary>What webhooks were told, or are yet to be.</summary>
    public DeliveryStore Deliveries { get; } = new(source);

    /// <summary>Checkout sessions.</summary>
    public CheckoutSessionStore CheckoutSessions { get; } = new(source);

    /// <summary>What <c>lava verify</c> found.</summary>
    public VerificationStore Verifications { get; } = new(source);

    /// <summary>Businesses, each with its two merchants.</summary>
    public AccountStore Businesses { get; } = new(source);

    /// <summary>Who has signed in to the dashboard.</summary>
    public SessionStore Sessions { get; } = new(source);

    /// <summary>The ledger.</summary>
    public LedgerStore Ledger { get; } = new(source);
}
