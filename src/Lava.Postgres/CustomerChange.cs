using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>A partial change of a customer.</summary>
public sealed record CustomerChange
{
    /// <summary>The merchant's own name for the customer.</summary>
    public Change<string?> ReferenceId { get; init; }

    /// <summary>Full name.</summary>
    public Change<string?> Name { get; init; }

    /// <summary>E-mail address.</summary>
    public Change<string?> Email { get; init; }

    /// <summary>Phone number, E.164.</summary>
    public Change<string?> Phone { get; init; }

    /// <summary>A JSON object.</summary>
    public Change<string?> Metadata { get; init; }

    /// <summary>Hard limits of the customer's own; empty: none.</summary>
    public Change<UsageLimit[]?> Limits { get; init; }
}
