namespace Lava.FunctionalTests.Faults;

/// <summary>The same for tests that mostly wait for time limits to pass: beside those that work.</summary>
[CollectionDefinition(Name)]
public sealed class OutageCollection : ICollectionFixture<FaultServer>
{
    public const string Name = "outages";
}
