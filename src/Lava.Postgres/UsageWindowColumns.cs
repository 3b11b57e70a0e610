namespace Lava.Postgres;

/// <summary>One kind of time in <see cref="UsageWindowRows"/>: its first day and its sums, row by row.</summary>
internal sealed class UsageWindowColumns
{
    public List<DateOnly> Starts { get; } = [];

    public List<long> Requests { get; } = [];

    public List<long> Tokens { get; } = [];

    public List<long> Spends { get; } = [];

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
    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Add(int row, DateOnly start, long tokens, long spend)
    {
        if (start > Starts[row])
        {
            (Starts[row], Requests[row], Tokens[row], Spends[row]) = (start, 1, tokens, spend);
        }
        else if (start == Starts[row])
        {
            Requests[row]++;
            Tokens[row] = checked(Tokens[row] + tokens);
            Spends[row] = checked(Spends[row] + spend);
        }
    }
}
