using Lava.Core.Accounts;

namespace Lava.Gateway.Signals;

/// <summary>A hard limit that refused a call.</summary>
/// <param name="Subject">The customer's or the spend key's id.</param>
/// <param name="WalletId">The customer's wallet, though another may have paid the call; of a spend key's limit its merchant's.</param>
/// <param name="Limit">The limit.</param>
/// <param name="WindowStart">When the limit's present time began, microseconds since 1970 UTC.</param>
public readonly record struct LimitNotice(Guid Subject, long WalletId, UsageLimit Limit, long WindowStart);
