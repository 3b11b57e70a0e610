using Lava.Testing;

// Three at a time on two processors: much of what they do is wait, for a process to start or a time limit to pass.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer(ChainsFirst.Name, "Lava.FunctionalTests")]
