using Lava.Core;

namespace Lava.Billing.Overage;

/// <summary>How far a wallet may go, as the store has it.</summary>
/// <param name="WalletId">The wallet.</param>
/// <param name="Floor">The lowest balance that a reservation may leave.</param>
/// <param name="Version">Which state of the wallet's row this is; a later one is larger.</param>
public readonly record struct WalletFloor(long WalletId, Money Floor, long Version);
