using Lava.Core;

namespace Lava.Wallets;

/// <summary>A wallet at one moment.</summary>
/// <param name="Posted">Money in the wallet, holds included; negative: debt.</param>
/// <param name="Reserved">Held for calls that run.</param>
/// <param name="Floor">The lowest balance that a reservation may leave; <see cref="NoFloor"/>: none.</param>
public readonly record struct WalletBalance(Money Posted, Money Reserved, Money Floor)
{
    /// <summary>No lower bound: a running total.</summary>
    public static readonly Money NoFloor = new(long.MinValue);

    /// <summary>What a call may reserve now; never negative. In 128 bits: a deep floor would overflow.</summary>
    public Money Available =>
        Floor == NoFloor
            ? Money.MaxValue
            : new Money((long)Int128.Clamp((Int128)Posted.Units - Reserved.Units - Floor.Units, 0, long.MaxValue));
}
