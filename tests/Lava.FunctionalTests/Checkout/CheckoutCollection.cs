using Lava.FunctionalTests.Faults;

namespace Lava.FunctionalTests.Checkout;

/// <summary>Customers who pay: one browser at a time, with a PostgreSQL server of their own.</summary>
[CollectionDefinition(Name)]
public sealed class CheckoutCollection : ICollectionFixture<FaultServer>
{
    public const string Name = "checkout";
}
