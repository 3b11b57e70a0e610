using Lava.FunctionalTests.Faults;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>People who look: one browser at a time, with a PostgreSQL server of their own.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<FaultServer>
{
    public const string Name = "dashboard";
}
