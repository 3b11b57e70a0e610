namespace Lava.Tests;

/// <summary>Runs when all others have ended, one test at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    public const string Name = "Allocation";
}
