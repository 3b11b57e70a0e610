namespace Lava.Server.Api.SpendKeys;

/// <summary>A hard limit of requests.</summary>
internal sealed record RequestLimitView(long Count, string Cycle);
