namespace Lava.Metering.Pricing;

/// <summary>A tier as the API takes it.</summary>
/// <param name="Start">Whole units: tokens, characters, minutes or requests.</param>
/// <param name="Rate">A plain decimal: money, or for a percentage meter a fraction.</param>
public readonly record struct MeterTierText(string? Start, string? Rate);
