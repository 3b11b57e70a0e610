using Lava.Billing.Credits;

namespace Lava.Tests.Simulation;

/// <summary>A payment whose event is delivered until it is answered, and again after that; sometimes with other content.</summary>
internal sealed class Payment(NewGrant first, NewGrant other)
{
    /// <summary>What was paid.</summary>
    public NewGrant First { get; } = first;

    /// <summary>The same key, another amount: a mistake of the sender.</summary>
    public NewGrant Other { get; } = other;

    /// <summary>What it was told, by content sent.</summary>
    public List<(NewGrant Sent, GrantResult Result)> Answers { get; } = [];
}
