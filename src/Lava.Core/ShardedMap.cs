using System.Diagnostics.CodeAnalysis;

namespace Lava.Core;

/// <summary>
/// An immutable map for snapshots that change one entry at a time. The entries are spread over shards; a change copies one shard
/// and the array of shards, about n/1024 entries, where copying a whole dictionary of a million customers would take milliseconds.
/// A look-up costs one hash and one dictionary look-up and allocates nothing.
/// </summary>
/// <typeparam name="TKey">Key; its comparer spreads hashes well.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
public sealed class ShardedMap<TKey, TValue>
    where TKey : notnull
{
    private const int ShardCount = 1024;
    private readonly IEqualityComparer<TKey> _comparer;
    private readonly Dictionary<TKey, TValue>?[] _shards;

    private ShardedMap(IEqualityComparer<TKey> comparer, Dictionary<TKey, TValue>?[] shards, int count)
    {
        _comparer = comparer;
        _shards = shards;
        Count = count;
    }

    /// <summary>Entries.</summary>
    public int Count { get; }

    /// <summary>A map with the given entries; of two with the same key the later wins.</summary>
    public static ShardedMap<TKey, TValue> Create(IEnumerable<KeyValuePair<TKey, TValue>> entries, IEqualityComparer<TKey>? comparer = null)
    {
        comparer ??= EqualityComparer<TKey>.Default;
        var shards = new Dictionary<TKey, TValue>?[ShardCount];
        var count = 0;
        foreach (var (key, value) in entries)
        {
            ref var shard = ref shards[Shard(comparer.GetHashCode(key))];
            shard ??= new Dictionary<TKey, TValue>(comparer);
            count += shard.ContainsKey(key) ? 0 : 1;
            shard[key] = value;
        }

        return new ShardedMap<TKey, TValue>(comparer, shards, count);
    }

    /// <summary>An empty map.</summary>
    public static ShardedMap<TKey, TValue> Empty(IEqualityComparer<TKey>? comparer = null) => Create([], comparer);

    /// <summary>Looks a key up.</summary>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var shard = _shards[Shard(_comparer.GetHashCode(key))];
        if (shard is null)
        {
            value = default;
            return false;
        }

        return shard.TryGetValue(key, out value);
    }

    /// <summary>Looks a key up in another form, without making a <typeparamref name="TKey"/> of it.</summary>
    public bool TryGetValue<TAlternate>(TAlternate key, [MaybeNullWhen(false)] out TValue value)
        where TAlternate : notnull, allows ref struct
    {
        var shard = _shards[Shard(((IAlternateEqualityComparer<TAlternate, TKey>)_comparer).GetHashCode(key))];
        if (shard is null)
        {
            value = default;
            return false;
        }

        return shard.GetAlternateLookup<TAlternate>().TryGetValue(key, out value);
    }

    /// <summary>The map with one entry added or replaced.</summary>
    public ShardedMap<TKey, TValue> With(TKey key, TValue value)
    {
        var copy = CopyShard(key, out var shards);
        var added = !copy.ContainsKey(key);
        copy[key] = value;
        return new ShardedMap<TKey, TValue>(_comparer, shards, Count + (added ? 1 : 0));
    }

    /// <summary>The map without one entry.</summary>
    public ShardedMap<TKey, TValue> Without(TKey key)
    {
        var copy = CopyShard(key, out var shards);
        return new ShardedMap<TKey, TValue>(_comparer, shards, Count - (copy.Remove(key) ? 1 : 0));
    }

    /// <summary>
    /// The map with each value replaced by what <paramref name="change"/> makes of it; shards in which it gives back every value as it was
    /// stay shared. Goes through all entries: for changes that operators make, not callers.
    /// </summary>
    public ShardedMap<TKey, TValue> WithEach(Func<TValue, TValue> change)
    {
        var shards = (Dictionary<TKey, TValue>?[])_shards.Clone();
        for (var i = 0; i < shards.Length; i++)
        {
            Dictionary<TKey, TValue>? copy = null;
            foreach (var (key, value) in _shards[i] ?? [])
            {
                var changed = change(value);
                if (!EqualityComparer<TValue>.Default.Equals(changed, value))
                {
                    copy ??= new Dictionary<TKey, TValue>(_shards[i]!, _comparer);
                    copy[key] = changed;
                }
            }

            shards[i] = copy ?? shards[i];
        }

        return new ShardedMap<TKey, TValue>(_comparer, shards, Count);
    }

    /// <summary>The map without the entries whose values are such; shards without one stay shared. Goes through all entries.</summary>
    public ShardedMap<TKey, TValue> WithoutEach(Func<TValue, bool> isSuch)
    {
        var map = this;
        foreach (var shard in _shards)
        {
            foreach (var (key, value) in shard ?? [])
            {
                map = isSuch(value) ? map.Without(key) : map;
            }
        }

        return map;
    }

    private Dictionary<TKey, TValue> CopyShard(TKey key, out Dictionary<TKey, TValue>?[] shards)
    {
        var at = Shard(_comparer.GetHashCode(key));
        shards = (Dictionary<TKey, TValue>?[])_shards.Clone();
        var old = shards[at];
        var copy = old is null ? new Dictionary<TKey, TValue>(_comparer) : new Dictionary<TKey, TValue>(old, _comparer);
        shards[at] = copy;
        return copy;
    }

    // The dictionary inside the shard uses the hash's low bits: the shard takes mixed high ones.
    private static int Shard(int hash) => (int)(((uint)hash * 2654435769u) >> 22);
}
