using Lava.Metering.Pricing;

namespace Lava.Postgres;

/// <summary>A partial change of a meter; null keeps. Its rate type and unit never change.</summary>
/// <param name="Name">What people read.</param>
/// <param name="Tiers">All tiers, in place of the old ones.</param>
/// <param name="TokenBasis">Which tokens it counts.</param>
/// <param name="BaseCostPayer">Who bears the provider's cost.</param>
public sealed record MeterChange(string? Name, MeterTier[]? Tiers, TokenBasis? TokenBasis, BaseCostPayer? BaseCostPayer);
