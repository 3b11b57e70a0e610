using Lava.FunctionalTests.Faults;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>People who change something: one browser at a time, with a PostgreSQL server of their own.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardFormCollection : ICollectionFixture<FaultServer>
{
    public const string Name = "dashboard forms";
}
