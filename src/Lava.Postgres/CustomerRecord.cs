using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>A customer's row.</summary>
public sealed record CustomerRecord
{
    /// <summary>What the gateway knows of the customer.</summary>
    public required Customer Customer { get; init; }

    /// <summary>The active subscription; null without one.</summary>
    public CustomerPlan? Plan { get; init; }

    /// <summary>Full name.</summary>
    public string? Name { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Phone number, E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>The merchant's own data: a JSON object.</summary>
    public string? Metadata { get; init; }

    /// <summary>Hard limits of the customer's own; the plan's are not among them.</summary>
    public UsageLimit[] OwnLimits { get; init; } = [];

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
