using Lava.Testing.Postgres;

namespace Lava.FunctionalTests.Faults;

/// <summary>Tests with a PostgreSQL that isn't lava's own: one server, a database for each test, one test after the other.</summary>
[CollectionDefinition(Name)]
public sealed class FaultCollection : ICollectionFixture<FaultServer>
{
    public const string Name = "faults";
}

public sealed class FaultServer : PostgresFixture, IAsyncLifetime;
