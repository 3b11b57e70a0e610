namespace Lava.Server.Api.TestClocks;

/// <summary>Where a merchant's test clock stands.</summary>
internal sealed record TestClockView(DateTimeOffset Now);
