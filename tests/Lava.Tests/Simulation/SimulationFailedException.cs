namespace Lava.Tests.Simulation;

/// <summary>A promise was broken; the message says which, in which seed, and what happened before.</summary>
internal sealed class SimulationFailedException(string message, Exception? cause = null) : Exception(message, cause);
