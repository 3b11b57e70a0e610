namespace Lava.Gateway.Upstreams;

/// <summary>
/// Targets by method and query, as the caller spelled them: most calls of an app go to a handful. One place for each hash; a new
/// target takes the place of the old one. Only queries that hold nothing but the target are kept: metadata differs with each call,
/// and a query with a credential must not stay in memory.
/// </summary>
internal sealed class TargetCache
{
    /// <summary>Places. An app calls a few dozen endpoints and models.</summary>
    public const int Places = 1024;

    /// <summary>Longer queries are not kept: with <see cref="Places"/> this bounds the cache to about 4 MB.</summary>
    public const int MaxQueryLength = 512;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>May this query be kept?</summary>
    public static bool Accepts(string query) =>
        query.Length <= MaxQueryLength && !query.Contains('&') && !query.Contains("key", StringComparison.Ordinal);

    /// <summary>Finds a target.</summary>
    public Target? Find(string method, string query)
    {
        var entry = Volatile.Read(ref _entries[Place(query)]);
        return entry is not null && entry.Query == query && entry.Method == method ? entry.Target : null;
    }

    /// <summary>Keeps a target.</summary>
    public void Add(string method, string query, Target target) =>
        Volatile.Write(ref _entries[Place(query)], new Entry(method, query, target));

    // A string's hash is seeded per process: nobody can aim at a place.
    private static int Place(string query) => query.GetHashCode() & (Places - 1);

    private sealed record Entry(string Method, string Query, Target Target);
}
