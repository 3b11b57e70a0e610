using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>What a charge really took, whatever was ordered.</summary>
/// <param name="Received">The sum; zero: nothing. Of another currency its smallest units, as if they were cents.</param>
/// <param name="IsOver">It is paid, or nothing will be taken by it any more.</param>
/// <param name="IsInDollars">The sum is one of US dollars.</param>
public sealed record ChargeTaken(Money Received, bool IsOver, bool IsInDollars)
{
    /// <summary>There is no such charge: it took nothing.</summary>
    public static ChargeTaken Nothing { get; } = new(Money.Zero, IsOver: true, IsInDollars: true);
}
