namespace Lava.Server.Api.Plans;

/// <summary>A linked meter as a plan shows it.</summary>
internal sealed record LinkedMeterView(string MeterId, string Name);
