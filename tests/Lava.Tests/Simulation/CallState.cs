namespace Lava.Tests.Simulation;

/// <summary>Where a call is, inside one life of the server.</summary>
internal enum CallState
{
    Reserved,
    Running,
    Settling,
    Voiding,
    Ended,
}
