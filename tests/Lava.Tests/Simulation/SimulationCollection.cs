namespace Lava.Tests.Simulation;

/// <summary>Runs when all others have ended: it takes every core, and others look at the clock.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SimulationCollection
{
    public const string Name = "Simulation";
}
