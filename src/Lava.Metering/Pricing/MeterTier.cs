using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>One graduated tier: its rate holds for the units from <paramref name="Start"/> up to the next tier's start.</summary>
/// <param name="Start">First unit of the tier: tokens, characters, minutes or requests. The first tier starts at 0, starts ascend.</param>
/// <param name="Rate">Fixed: money per million tokens or characters, per minute or per request. Percentage: a fraction, ten decimals (0.20
/// is 20 %).</param>
public readonly record struct MeterTier(long Start, Money Rate);
