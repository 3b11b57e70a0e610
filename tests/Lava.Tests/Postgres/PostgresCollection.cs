using Lava.Testing.Postgres;

namespace Lava.Tests.Postgres;

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

public sealed class PostgresServer : PostgresFixture, IAsyncLifetime;
