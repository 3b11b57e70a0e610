using Lava.Billing.Payments.Stripe;

namespace Lava.Server.Configuration;

/// <summary>All settings of <c>lava serve</c>. Flags, environment, JSON file, help text and the README's table follow from here.</summary>
internal static class ServeSettings
{
    public static readonly Setting Urls = new("urls", "http://127.0.0.1:8080", "Addresses to listen on.") { Repeats = true };
    public static readonly Setting Data = new("data", "./lava-data", "Data directory: journal, keys, the private PostgreSQL.");
    public static readonly Setting Postgres =
        new("postgres", null, "Npgsql connection string. Without it a private PostgreSQL runs in the data directory.");
    public static readonly Setting Upstream =
        new("upstream", null, "HOST=URL sends a provider's traffic elsewhere (same path); '*=URL' all providers'.") { Repeats = true };
    public static readonly Setting Provider =
        new("provider", null, "NAME=HOST, a provider that speaks OpenAI's API (key: NAME_API_KEY), or a JSON object.") { Repeats = true };
    public static readonly Setting Prices = new("prices", null, "A price file whose rows add to or replace the shipped ones.");
    public static readonly Setting SecretKey =
        new("secret-key", null, "The first merchant's secret key on an empty store (aks_test_… or aks_live_…).") { Secret = true };
    public static readonly Setting MasterKey =
        new("master-key", null, "32 bytes in base64 that secrets are derived from; else a file in the data directory.") { Secret = true };
    public static readonly Setting NodeId = new("node-id", "1", "Number of this node in a shared PostgreSQL, 1 to 1000.");
    public static readonly Setting WalletCapacity = new("wallet-capacity", "1000000", "Wallets that fit in memory, about 200 bytes each.");
    public static readonly Setting JournalLimit =
        new("journal-limit", "10GiB", "Size at which no new call is taken while PostgreSQL is away.");
    public static readonly Setting MaxBody = new("max-body", "64MiB", "Largest request body.");
    public static readonly Setting ConnectTimeout = new("connect-timeout", "10s", "Connecting to a provider.");
    public static readonly Setting FirstByteTimeout = new("first-byte-timeout", "10m", "From the request to the answer's headers.");
    public static readonly Setting IdleTimeout = new("idle-timeout", "5m", "Between two reads of the answer.");
    public static readonly Setting TotalTimeout = new("total-timeout", "1h", "The whole call.");
    public static readonly Setting DrainTimeout = new("drain-timeout", "30s", "Reading on after the client has gone, to learn the usage.");
    public static readonly Setting GracePeriod = new("grace-period", "30s", "At shutdown: running calls may finish for so long.");
    public static readonly Setting MerchantBudget =
        new("merchant-budget", null, "US dollars that calls without a paying customer may cost in all. Without it they are only counted.");
    public static readonly Setting OnShortfall =
        new("on-shortfall", "refuse", "Too little credit for the largest answer: refuse (402), or clamp the largest answer.");
    public static readonly Setting MaxOutputTokens =
        new("max-output-tokens", null, "Largest output of any call; a larger request is lowered to it.");
    public static readonly Setting TestClock =
        new("test-clock", "false", "true: test merchants may let their time pass (POST /v1/test_clock/advance).") { IsFlag = true };

    public static readonly Setting AllowPrivateWebhooks =
        new("allow-private-webhooks", "false", "true: webhooks may lead to private addresses, and without TLS.") { IsFlag = true };

    public static readonly Setting ManagementLimit =
        new("management-limit", "1000", "Management calls a minute of each secret key; 0 for no bound.");

    public static readonly Setting PublicUrl =
        new("public-url", null, "Where people reach this server, https://pay.example: checkout links lead there. Else as called.");

    public static readonly Setting TwilioAccount =
        new("twilio-account", null, "Twilio's account SID (AC…) or API key (SK…): codes by phone for live merchants' checkouts.");

    public static readonly Setting TwilioToken =
        new("twilio-token", null, "The account's token, or the API key's secret.") { Secret = true };

    public static readonly Setting TwilioService = new("twilio-service", null, "The SID of the Twilio Verify service (VA…).");
    public static readonly Setting TwilioUrl = new("twilio-url", "https://verify.twilio.com", "Where Twilio Verify is.");
    public static readonly Setting StripeSecretKey =
        new("stripe-secret-key", null, "Stripe's secret key (sk_… or rk_…): live or test merchants' cards are charged there.")
        {
            Secret = true,
        };

    public static readonly Setting StripePublishableKey =
        new("stripe-publishable-key", null, "Stripe's publishable key (pk_…), of the same mode: the checkout page has it.");

    public static readonly Setting StripeWebhookSecret =
        new("stripe-webhook-secret", null, "The signing secret of Stripe's endpoint for POST /webhooks/stripe (whsec_…).")
        {
            Secret = true,
            Repeats = true,
        };

    public static readonly Setting StripeUrl =
        new("stripe-url", StripeOptions.DefaultUrl, "Where Stripe's API is; without TLS on this machine only.");

    public static readonly Setting Dashboard = new("dashboard", "on", "on, or off: no page of the dashboard, and no way to sign in.");

    /// <summary>All of them, in the order of the help text.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Urls, Data, Postgres, Upstream, Provider, Prices, SecretKey, MasterKey, NodeId, WalletCapacity, JournalLimit, MaxBody,
        ConnectTimeout, FirstByteTimeout, IdleTimeout, TotalTimeout, DrainTimeout, GracePeriod, MerchantBudget, OnShortfall,
        MaxOutputTokens, TestClock, AllowPrivateWebhooks, ManagementLimit,
        PublicUrl, TwilioAccount, TwilioToken, TwilioService, TwilioUrl,
        StripeSecretKey, StripePublishableKey, StripeWebhookSecret, StripeUrl,
        Dashboard,
    ];
}
