using System.Runtime.InteropServices;

namespace Lava.Postgres;

/// <summary>
/// What a batch adds to a table of sums over quarters of an hour, as the arrays that a statement takes: at most one row for each record,
/// however many models callers think of.
/// </summary>
/// <typeparam name="TKey">The table's key.</typeparam>
internal abstract class UsageRows<TKey>
    where TKey : struct
{
    private readonly Dictionary<TKey, int> _rows = [];

    public List<Guid> Merchants { get; } = [];

    public List<DateTime> Quarters { get; } = [];

    public List<Guid> Meters { get; } = [];

    public List<string> Providers { get; } = [];

    public List<string> Models { get; } = [];

    public List<long> Requests { get; } = [];

    public List<long> Costs { get; } = [];

    public List<long> Charges { get; } = [];

    /// <summary>The sums that the table has beside requests, cost and charge.</summary>
    protected abstract IReadOnlyList<List<long>> OwnSums { get; }

    public virtual void Clear()
    {
        _rows.Clear();
        Merchants.Clear();
        Quarters.Clear();
        Meters.Clear();
        Providers.Clear();
        Models.Clear();
        Requests.Clear();
        Costs.Clear();
        Charges.Clear();
        foreach (var sums in OwnSums)
        {
            sums.Clear();
        }
    }

    /// <summary>Counts a call in its row, which is new with its first; gives the row.</summary>
    /// <exception cref="OverflowException">A sum does not fit.</exception>
    protected int Count(in TKey key, in FlushFacts facts)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out var exists);
        if (!exists)
        {
            row = Requests.Count;
            AddRow(facts.SumKey);
        }

        Requests[row]++;
        Costs[row] = checked(Costs[row] + facts.Cost.Units);
        Charges[row] = checked(Charges[row] + facts.Charge.Units);
        return row;
    }

    /// <summary>A row without any call; a key has at most what a sum's has.</summary>
    protected virtual void AddRow(in UsageSumKey key)
    {
        Merchants.Add(key.MerchantId);
        Quarters.Add(DateTime.UnixEpoch.AddTicks(key.QuarterMicros * TimeSpan.TicksPerMicrosecond));
        Meters.Add(key.MeterId);
        Providers.Add(key.Provider);
        Models.Add(key.Model);
        Requests.Add(0);
        Costs.Add(0);
        Charges.Add(0);
        foreach (var sums in OwnSums)
        {
            sums.Add(0);
        }
    }
}
