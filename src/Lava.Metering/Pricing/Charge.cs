using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>What a meter asks for one call.</summary>
/// <param name="Amount">The charge.</param>
/// <param name="Units">The meter's units that the call adds: tokens, characters, microseconds or requests.</param>
/// <param name="Slices">The charge by tier; sums exactly to <paramref name="Amount"/>. Empty where nothing is counted or charged.</param>
public readonly record struct Charge(Money Amount, long Units, ChargeSlice[] Slices);
