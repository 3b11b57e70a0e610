using System.Runtime.InteropServices;

namespace Lava.Postgres;

/// <summary>Units added up by customer, meter and cycle, as the four arrays that a statement takes.</summary>
internal sealed class MeterUnits
{
    private readonly Dictionary<(Guid Customer, Guid Meter, DateOnly Cycle), int> _rows = [];

    public List<Guid> Customers { get; } = [];

    public List<Guid> Meters { get; } = [];

    public List<DateOnly> Cycles { get; } = [];

    public List<long> Units { get; } = [];

    public void Clear()
    {
        _rows.Clear();
        Customers.Clear();
        Meters.Clear();
        Cycles.Clear();
        Units.Clear();
    }

    /// <summary>Units count in the tiers whether the customer was charged or not.</summary>
    /// <exception cref="OverflowException">The sum does not fit.</exception>
    public void Add(in FlushFacts facts)
    {
        if (facts is not { CustomerId: { } customer, MeterId: { } meter } || facts.Units == 0)
        {
            return;
        }

        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, (customer, meter, facts.CycleStart), out var exists);
        if (!exists)
        {
            row = Units.Count;
            Customers.Add(customer);
            Meters.Add(meter);
            Cycles.Add(facts.CycleStart);
            Units.Add(0);
        }

        Units[row] = checked(Units[row] + facts.Units);
    }
}
