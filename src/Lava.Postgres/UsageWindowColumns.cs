using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>One kind of time in <see cref="UsageWindowRows"/>: its first day and its sums, row by row.</summary>
internal sealed class UsageWindowColumns
{
    public List<DateOnly> Starts { get; } = [];

    public List<long> Requests { get; } = [];

    public List<long> Tokens { get; } = [];

    public List<long> Spends { get; } = [];

    /// <summary>Is it the billing cycle, which may also go back to an earlier one?</summary>
    public required bool IsCycle { get; init; }

    public void Clear()
    {
        Starts.Clear();
        Requests.Clear();
        Tokens.Clear();
        Spends.Clear();
    }

    public void AddRow(DateOnly start)
    {
        Starts.Add(start);
        Requests.Add(0);
        Tokens.Add(0);
        Spends.Add(0);
    }

    /// <summary>Adds a record; a newer time begins at zero, an older one is over and changes nothing.</summary>
    /// <param name="row">Whose.</param>
    /// <param name="start">The first day of the record's time.</param>
    /// <param name="at">When the call came, microseconds since 1970 UTC.</param>
    /// <param name="lastAt">When the latest came of those that the row has.</param>
    /// <param name="used">What it adds.</param>
    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Add(int row, DateOnly start, long at, long lastAt, (long Requests, long Tokens, long Spend) used)
    {
        if (start == Starts[row])
        {
            Requests[row] += used.Requests;
            Tokens[row] = checked(Tokens[row] + used.Tokens);
            Spends[row] = checked(Spends[row] + used.Spend);
        }
        else if (IsCycle ? LimitPeriod.GivesWay(Starts[row], start, lastAt, at) : start > Starts[row])
        {
            (Starts[row], Requests[row], Tokens[row], Spends[row]) = (start, used.Requests, used.Tokens, used.Spend);
        }
    }
}
