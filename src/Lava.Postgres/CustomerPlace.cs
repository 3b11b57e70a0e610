using Lava.Core;

namespace Lava.Postgres;

/// <summary>A place in a list of customers: the next page begins after it.</summary>
/// <param name="Id">The customer there.</param>
/// <param name="Spend">What it was charged in the month, where the list is ordered by that.</param>
public readonly record struct CustomerPlace(Guid Id, Money Spend = default)
{
    /// <summary>Before the first.</summary>
    public static readonly CustomerPlace First = new(Guid.AllBitsSet, Money.MaxValue);
}
