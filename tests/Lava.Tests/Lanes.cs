using Lava.Testing;

// Three at a time on two processors: tests of PostgreSQL wait for a database that is copied.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer(ChainsFirst.Name, "Lava.Tests")]
