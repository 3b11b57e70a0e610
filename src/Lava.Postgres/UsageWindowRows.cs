using System.Runtime.InteropServices;
using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>
/// What a batch adds to the table <c>usage_windows</c>, as the arrays that a statement takes: one row for each customer and each spend
/// key, though a batch may hold the end of one day and the beginning of the next.
/// </summary>
internal sealed class UsageWindowRows
{
    private readonly Dictionary<Guid, int> _rows = [];

    public List<Guid> Subjects { get; } = [];

    public List<Guid> Merchants { get; } = [];

    public List<DateTime> LastAt { get; } = [];

    /// <summary>One for each <see cref="LimitCycle"/>, at its value.</summary>
    public UsageWindowColumns[] ByCycle { get; } = [.. Enumerable.Range(0, LimitPeriod.Kinds)
        .Select(cycle => new UsageWindowColumns { IsCycle = cycle == (int)LimitCycle.Cycle })];

    public void Clear()
    {
        _rows.Clear();
        Subjects.Clear();
        Merchants.Clear();
        LastAt.Clear();
        foreach (var columns in ByCycle)
        {
            columns.Clear();
        }
    }

    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Add(in FlushFacts call)
    {
        if (call.CustomerId is { } customer)
        {
            Add(customer, call, call.Charge.Units);
        }

        if (call.SpendKeyId is { } key)
        {
            Add(key, call, call.Debit.Units);
        }
    }

    private void Add(Guid subject, in FlushFacts call, long spend)
    {
        var day = LimitPeriod.DayOf(call.CreatedAtMicros);
        var at = DateTime.UnixEpoch.AddMicroseconds(call.CreatedAtMicros);
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, subject, out var exists);
        if (!exists)
        {
            row = Subjects.Count;
            Subjects.Add(subject);
            Merchants.Add(call.MerchantId);
            LastAt.Add(at);
        }

        var lastAt = (LastAt[row] - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        LastAt[row] = at > LastAt[row] ? at : LastAt[row];
        for (var cycle = LimitCycle.Daily; cycle <= LimitCycle.Total; cycle++)
        {
            var columns = ByCycle[(int)cycle];
            var start = LimitPeriod.StartOf(cycle, day, call.CycleStart);
            if (!exists)
            {
                columns.AddRow(start);
            }

            columns.Add(row, start, call.CreatedAtMicros, lastAt, (call.Requests, call.Tokens, spend));
        }
    }
}
