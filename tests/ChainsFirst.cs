using Xunit.Abstractions;

namespace Lava.Testing;

/// <summary>
/// Begins with the collections of several classes, the long ones: what begins last runs alone in the end. A part of each assembly of tests.
/// </summary>
public sealed class ChainsFirst : ITestCollectionOrderer
{
    /// <summary>For the attribute of an assembly.</summary>
    public const string Name = "Lava.Testing.ChainsFirst";

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.CollectionDefinition is null)
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
