using System.Collections.Concurrent;

namespace Lava.Metering.Pricing;

/// <summary>
/// Units used per customer, meter and billing cycle: where the next call stands in the tiers. Filled at the start from the database,
/// advanced by every charge; the database has the same sums from the records. Lock-free and without allocation once a position exists.
/// </summary>
/// <remarks>
/// Bounded by <c>capacity</c> where calls are let in: <see cref="TryOpen"/> refuses a new position when it is full. A charge is never
/// refused: <see cref="Advance"/> may add one for a call that was let in by other means. <see cref="DropBefore"/> makes room.
/// </remarks>
public sealed class MeterPositions
{
    /// <summary>Room by default: a million customers with two meters each; about 150 bytes a position.</summary>
    public const int DefaultCapacity = 2_000_000;

    private readonly ConcurrentDictionary<PositionKey, Position> _positions = new();
    private readonly int _capacity;
    private int _count;

    /// <summary>No positions, room for <paramref name="capacity"/>.</summary>
    public MeterPositions(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
    }

    /// <summary>Positions held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Units used so far, and a position for the charge to come; false where there is none and no room for one.</summary>
    public bool TryOpen(Guid customer, Guid meter, DateOnly cycle, out long units)
    {
        var key = new PositionKey(customer, meter, cycle);
        units = 0;
        if (_positions.TryGetValue(key, out var position))
        {
            units = Volatile.Read(ref position.Units);
            return true;
        }

        if (Count >= _capacity)
        {
            return false;
        }

        units = Volatile.Read(ref GetOrAdd(key).Units);
        return true;
    }

    /// <summary>Units used so far; 0 where nothing was.</summary>
    public long Current(Guid customer, Guid meter, DateOnly cycle) =>
        _positions.TryGetValue(new PositionKey(customer, meter, cycle), out var position) ? Volatile.Read(ref position.Units) : 0;

    /// <summary>Adds a call's units and returns those before it. Atomic: calls at the same time get ranges that do not overlap.</summary>
    public long Advance(Guid customer, Guid meter, DateOnly cycle, long units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        var key = new PositionKey(customer, meter, cycle);
        var position = _positions.TryGetValue(key, out var existing) ? existing : GetOrAdd(key);
        return Interlocked.Add(ref position.Units, units) - units;
    }

    /// <summary>Sets a position, while loading.</summary>
    public void Set(Guid customer, Guid meter, DateOnly cycle, long units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        Volatile.Write(ref GetOrAdd(new PositionKey(customer, meter, cycle)).Units, units);
    }

    /// <summary>
    /// Forgets the cycles that began before a day; returns how many positions. Only cycles of which no call runs any more: one that
    /// ended later would count from zero.
    /// </summary>
    /// <param name="cycle">The day.</param>
    /// <param name="keep">Is this the present cycle of this customer? A year's stays for a year. Null: of nobody.</param>
    public int DropBefore(DateOnly cycle, Func<Guid, DateOnly, bool>? keep = null)
    {
        var dropped = 0;
        foreach (var (key, _) in _positions)
        {
            if (key.Cycle < cycle && keep?.Invoke(key.Customer, key.Cycle) != true && _positions.TryRemove(key, out _))
            {
                Interlocked.Decrement(ref _count);
                dropped++;
            }
        }

        return dropped;
    }

    private Position GetOrAdd(PositionKey key)
    {
        var position = new Position();
        var held = _positions.GetOrAdd(key, position);
        if (ReferenceEquals(held, position))
        {
            Interlocked.Increment(ref _count);
        }

        return held;
    }

    private readonly record struct PositionKey(Guid Customer, Guid Meter, DateOnly Cycle);

    private sealed class Position
    {
        public long Units;
    }
}
