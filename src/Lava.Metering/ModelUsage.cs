namespace Lava.Metering;

/// <summary>The part of a call that one of several models did: an advisor beside the model that answered, a router's own models.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Usage">What it used.</param>
public sealed record ModelUsage(string Model, Usage Usage);
