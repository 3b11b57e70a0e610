namespace Lava.Postgres;

/// <summary>The ids that reports brought along, as the arrays that a statement takes.</summary>
internal sealed class ReportNames
{
    public List<Guid> Merchants { get; } = [];

    public List<string> Names { get; } = [];

    public List<Guid> Requests { get; } = [];

    public void Clear()
    {
        Merchants.Clear();
        Names.Clear();
        Requests.Clear();
    }

    public void Add(in FlushFacts facts)
    {
        if (facts.ReportedAs is { } name)
        {
            Merchants.Add(facts.MerchantId);
            Names.Add(name);
            Requests.Add(facts.Id);
        }
    }
}
