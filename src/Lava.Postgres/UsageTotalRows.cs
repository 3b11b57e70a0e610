using Lava.Metering;

namespace Lava.Postgres;

/// <summary>What a batch adds to the table <c>usage_totals</c>: some tens of rows.</summary>
internal sealed class UsageTotalRows : UsageRows<UsageTotalKey>
{
    public UsageTotalRows()
    {
        OwnSums = [Errors, Unbilled, InputTokens, OutputTokens];
    }

    public List<long> Errors { get; } = [];

    public List<long> Unbilled { get; } = [];

    public List<long> InputTokens { get; } = [];

    public List<long> OutputTokens { get; } = [];

    protected override IReadOnlyList<List<long>> OwnSums { get; }

    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Add(in FlushFacts facts)
    {
        var row = Count(UsageTotalKey.Of(facts.SumKey), facts);
        Errors[row] += facts.SumKey.Status == RequestStatus.Error ? 1 : 0;
        Unbilled[row] += facts.Billed ? 0 : 1;
        InputTokens[row] = checked(InputTokens[row] + facts.InputTokens);
        OutputTokens[row] = checked(OutputTokens[row] + facts.Tokens - facts.InputTokens);
    }
}
