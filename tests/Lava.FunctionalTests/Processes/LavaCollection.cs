namespace Lava.FunctionalTests.Processes;

/// <summary>Tests that share one gateway.</summary>
[CollectionDefinition(Name)]
public sealed class LavaCollection : ICollectionFixture<LavaFixture>
{
    public const string Name = "gateway";
}
