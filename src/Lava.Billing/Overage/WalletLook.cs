using Lava.Billing.Payments;

namespace Lava.Billing.Overage;

/// <summary>What a look at a wallet changed in the store.</summary>
/// <param name="Floor">The wallet's floor now.</param>
/// <param name="MerchantId">Whose customer's it is.</param>
/// <param name="CustomerId">Whose it is.</param>
/// <param name="FloorChanged">The floor was another before.</param>
/// <param name="Opened">A payment that was opened and waits for its first attempt; null: none.</param>
public sealed record WalletLook(WalletFloor Floor, Guid MerchantId, Guid CustomerId, bool FloorChanged, Payment? Opened);
