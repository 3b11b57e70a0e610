namespace Lava.Server.Simulation.Answers;

/// <summary>What the answer says about its usage.</summary>
internal enum UsageReport : byte
{
    Honest,
    Missing,
    Lying,
}
