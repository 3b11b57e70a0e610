using System.Collections.Concurrent;

namespace Lava.Gateway.Limits;

/// <summary>
/// Buckets by key, made as they are asked for: full after a start, and each node has its own. They are kept in two generations. Where the
/// younger one is full it becomes the elder, and those of the elder that nobody has asked for since are dropped: whatever number of keys
/// comes, none is looked for, and a key that is in use keeps its bucket.
/// </summary>
/// <typeparam name="TKey">What is bounded.</typeparam>
/// <param name="generationSize">Buckets of a generation, 1 at least.</param>
public sealed class RateBuckets<TKey>(int generationSize = RateBuckets<TKey>.GenerationSize)
    where TKey : notnull
{
    /// <summary>Buckets of a generation, about 150 bytes each with their places: 30 MB for both.</summary>
    public const int GenerationSize = 100_000;

    private Generations _generations = new(new());

    /// <summary>Buckets that are kept, of both generations; one that has come into the younger counts in both.</summary>
    internal int Count => _generations.Young.Count + _generations.Old.Count;

    /// <summary>The key's bucket.</summary>
    public RateBucket Get(TKey key)
    {
        var generations = Volatile.Read(ref _generations);
        return generations.Young.TryGetValue(key, out var bucket) ? bucket : Add(key, generations);
    }

    // What two threads do here at once gives a key two buckets at worst: a call more than its rate.
    private RateBucket Add(TKey key, Generations generations)
    {
        if (Volatile.Read(ref generations.Added) >= generationSize)
        {
            var next = new Generations(generations.Young);
            var seen = Interlocked.CompareExchange(ref _generations, next, generations);
            generations = seen == generations ? next : seen;
        }

        var bucket = generations.Old.TryGetValue(key, out var known) ? known : new RateBucket();
        if (generations.Young.TryAdd(key, bucket))
        {
            Interlocked.Increment(ref generations.Added);
            return bucket;
        }

        return generations.Young[key];
    }

    private sealed class Generations(ConcurrentDictionary<TKey, RateBucket> old)
    {
        /// <summary>To the younger; the dictionary's own count takes all its locks.</summary>
        public int Added;

        public ConcurrentDictionary<TKey, RateBucket> Young { get; } = new();

        public ConcurrentDictionary<TKey, RateBucket> Old => old;
    }
}
