namespace Lava.Billing.Webhooks;

/// <summary>The bounds of webhooks.</summary>
public static class WebhookLimits
{
    /// <summary>Webhooks of a merchant, as Lava allows.</summary>
    public const int PerMerchant = 3;

    /// <summary>Characters of a target's URL.</summary>
    public const int UrlLength = 2_048;

    /// <summary>Events claimed and written in a round.</summary>
    public const int EventsPerRound = 500;

    /// <summary>Deliveries on their way at once.</summary>
    public const int Sends = 32;

    /// <summary>The same to one webhook: one slow target leaves room for the others.</summary>
    public const int SendsPerWebhook = 8;

    /// <summary>Characters kept of what a target said, or of why it could not be reached.</summary>
    public const int KeptAnswer = 1_024;

    /// <summary>Rows removed in a round of retention, of each table.</summary>
    public const int RemovedPerRound = 10_000;

    /// <summary>A balance that changes often is told of once in this time; more would be told than read.</summary>
    public static readonly TimeSpan BalancePause = TimeSpan.FromSeconds(1);

    /// <summary>From the connection to the end of the answer's headers.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(15);

    /// <summary>After that one that was begun counts as lost with its process; longer than <see cref="Answer"/> by far.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>From a delivery's making to where it is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(72);

    /// <summary>How long ended deliveries can be looked at and sent again.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);
}
