namespace Lava.Tests.Simulation;

/// <summary>The process ends here: nothing catches it but the simulator.</summary>
internal sealed class SimulatedCrashException() : Exception("The process was killed.");
