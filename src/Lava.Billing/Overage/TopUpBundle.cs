using Lava.Core;

namespace Lava.Billing.Overage;

/// <summary>A bundle that automatic top-up buys.</summary>
/// <param name="Id">The bundle.</param>
/// <param name="Cost">Its price.</param>
/// <param name="Credit">The credit that it gives.</param>
public sealed record TopUpBundle(Guid Id, Money Cost, Money Credit);
