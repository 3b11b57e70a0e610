namespace Lava.Postgres;

/// <summary>What a batch adds to the table <c>usage_sums</c>.</summary>
internal sealed class UsageSumRows : UsageRows<UsageSumKey>
{
    public UsageSumRows()
    {
        OwnSums = [Tokens];
    }

    public List<Guid> Customers { get; } = [];

    public List<short> Statuses { get; } = [];

    public List<long> Tokens { get; } = [];

    protected override IReadOnlyList<List<long>> OwnSums { get; }

    public override void Clear()
    {
        base.Clear();
        Customers.Clear();
        Statuses.Clear();
    }

    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Add(in FlushFacts facts)
    {
        var row = Count(facts.SumKey, facts);
        Tokens[row] = checked(Tokens[row] + facts.Tokens);
    }

    protected override void AddRow(in UsageSumKey key)
    {
        base.AddRow(key);
        Customers.Add(key.CustomerId);
        Statuses.Add((short)key.Status);
    }
}
