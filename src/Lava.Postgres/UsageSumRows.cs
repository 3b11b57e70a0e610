using System.Runtime.InteropServices;

namespace Lava.Postgres;

/// <summary>
/// What a batch adds to the table <c>usage_sums</c>, as the arrays that a statement takes: at most one sum per record, however many
/// models callers think of.
/// </summary>
internal sealed class UsageSumRows
{
    private readonly Dictionary<UsageSumKey, int> _rows = [];

    public List<Guid> Merchants { get; } = [];

    public List<DateTime> Quarters { get; } = [];

    public List<Guid> Customers { get; } = [];

    public List<Guid> Meters { get; } = [];

    public List<short> Statuses { get; } = [];

    public List<string> Providers { get; } = [];

    public List<string> Models { get; } = [];

    public List<long> Requests { get; } = [];

    public List<long> Tokens { get; } = [];

    public List<long> Costs { get; } = [];

    public List<long> Charges { get; } = [];

    public void Clear()
    {
        _rows.Clear();
        Merchants.Clear();
        Quarters.Clear();
        Customers.Clear();
        Meters.Clear();
        Statuses.Clear();
        Providers.Clear();
        Models.Clear();
        Requests.Clear();
        Tokens.Clear();
        Costs.Clear();
        Charges.Clear();
    }

    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Add(in FlushFacts facts)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, facts.SumKey, out var exists);
        if (!exists)
        {
            row = Requests.Count;
            AddRow(facts.SumKey);
        }

        Requests[row]++;
        Tokens[row] = checked(Tokens[row] + facts.Tokens);
        Costs[row] = checked(Costs[row] + facts.Cost.Units);
        Charges[row] = checked(Charges[row] + facts.Charge.Units);
    }

    private void AddRow(in UsageSumKey key)
    {
        Merchants.Add(key.MerchantId);
        Quarters.Add(DateTime.UnixEpoch.AddTicks(key.QuarterMicros * TimeSpan.TicksPerMicrosecond));
        Customers.Add(key.CustomerId);
        Meters.Add(key.MeterId);
        Statuses.Add((short)key.Status);
        Providers.Add(key.Provider);
        Models.Add(key.Model);
        Requests.Add(0);
        Tokens.Add(0);
        Costs.Add(0);
        Charges.Add(0);
    }
}
