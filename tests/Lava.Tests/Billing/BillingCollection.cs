using Lava.Tests.Postgres;

namespace Lava.Tests.Billing;

/// <summary>Beside <see cref="PostgresCollection"/>, on a PostgreSQL of its own: each is a long chain for one processor.</summary>
[CollectionDefinition(Name)]
public sealed class BillingCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "Billing";
}
