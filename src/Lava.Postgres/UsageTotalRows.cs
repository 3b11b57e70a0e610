using System.Runtime.InteropServices;
using Lava.Metering;

namespace Lava.Postgres;

/// <summary>What a batch adds to the table <c>usage_totals</c>, as the arrays that a statement takes: some tens of rows.</summary>
internal sealed class UsageTotalRows
{
    private readonly Dictionary<UsageTotalKey, int> _rows = [];

    public List<Guid> Merchants { get; } = [];

    public List<DateTime> Quarters { get; } = [];

    public List<Guid> Meters { get; } = [];

    public List<string> Providers { get; } = [];

    public List<string> Models { get; } = [];

    public List<long> Requests { get; } = [];

    public List<long> Errors { get; } = [];

    public List<long> Unbilled { get; } = [];

    public List<long> InputTokens { get; } = [];

    public List<long> OutputTokens { get; } = [];

    public List<long> Costs { get; } = [];

    public List<long> Charges { get; } = [];

    public void Clear()
    {
        _rows.Clear();
        Merchants.Clear();
        Quarters.Clear();
        Meters.Clear();
        Providers.Clear();
        Models.Clear();
        foreach (var sums in AllSums())
        {
            sums.Clear();
        }
    }

    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Add(in FlushFacts facts)
    {
        var key = UsageTotalKey.Of(facts.SumKey);
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out var exists);
        if (!exists)
        {
            row = Requests.Count;
            AddRow(key);
        }

        Requests[row]++;
        Errors[row] += facts.SumKey.Status == RequestStatus.Error ? 1 : 0;
        Unbilled[row] += facts.Billed ? 0 : 1;
        InputTokens[row] = checked(InputTokens[row] + facts.InputTokens);
        OutputTokens[row] = checked(OutputTokens[row] + facts.Tokens - facts.InputTokens);
        Costs[row] = checked(Costs[row] + facts.Cost.Units);
        Charges[row] = checked(Charges[row] + facts.Charge.Units);
    }

    private List<long>[] AllSums() => [Requests, Errors, Unbilled, InputTokens, OutputTokens, Costs, Charges];

    private void AddRow(in UsageTotalKey key)
    {
        Merchants.Add(key.MerchantId);
        Quarters.Add(DateTime.UnixEpoch.AddTicks(key.QuarterMicros * TimeSpan.TicksPerMicrosecond));
        Meters.Add(key.MeterId);
        Providers.Add(key.Provider);
        Models.Add(key.Model);
        foreach (var sums in AllSums())
        {
            sums.Add(0);
        }
    }
}
