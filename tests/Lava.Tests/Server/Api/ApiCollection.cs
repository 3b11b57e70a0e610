namespace Lava.Tests.Server.Api;

/// <summary>One host and one database for all tests of the API; each test makes the accounts it needs.</summary>
[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiHost>
{
    public const string Name = "Management API";
}
