namespace Lava.Server.Api.SpendKeys;

/// <summary>A rate: requests a minute, and at once.</summary>
internal sealed record RateLimitView(int Rpm, int? Burst);
