using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>Expired credit that is held in the live wallet until the store has booked it.</summary>
internal sealed record OpenExpiry(Guid Id, long WalletId, Money Amount);
