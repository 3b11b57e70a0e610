using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Postgres;

/// <summary>A customer whose balance is low or used up, as its merchant was last told.</summary>
/// <param name="CustomerId">Customer.</param>
/// <param name="Name">What people call it; null: it has only its id.</param>
/// <param name="WalletId">Its wallet.</param>
/// <param name="Level">How low.</param>
/// <param name="Posted">What the books say it has.</param>
public sealed record BalanceAlert(Guid CustomerId, string? Name, long WalletId, BalanceLevel Level, Money Posted);
