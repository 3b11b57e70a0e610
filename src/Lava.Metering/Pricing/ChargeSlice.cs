using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>The part of a charge that fell into one tier. The slices of a charge sum exactly to it.</summary>
/// <param name="TierStart">Where the tier starts, in the meter's unit (tokens, characters, minutes or requests).</param>
/// <param name="TierRate">The tier's rate: money per unit, or a fraction (ten decimals) of the cost.</param>
/// <param name="Quantity">Units of this request in the tier: tokens, characters, microseconds or requests.</param>
/// <param name="Cost">What they cost.</param>
public readonly record struct ChargeSlice(long TierStart, Money TierRate, long Quantity, Money Cost);
