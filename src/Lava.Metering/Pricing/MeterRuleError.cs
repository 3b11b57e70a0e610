namespace Lava.Metering.Pricing;

/// <summary>A field of a meter that breaks a rule.</summary>
/// <param name="Field">Its path as in the API: <c>tiers[1].start</c>.</param>
/// <param name="Message">What it must be.</param>
public readonly record struct MeterRuleError(string Field, string Message);
