namespace Lava.Load.Running;

/// <summary>What must hold at the end; the run fails where it does not.</summary>
internal sealed record Threshold(string Text, Func<ScenarioStatistics, bool> Holds)
{
    public static Threshold NothingFails { get; } = new("nothing fails", statistics => statistics.Failed == 0 && statistics.Ok > 0);

    public static Threshold Latency(double share, TimeSpan limit) => new(
        FormattableString.Invariant($"p{share * 100:0.#} ≤ {limit.TotalMilliseconds} ms"),
        statistics => statistics.Latency.Percentile(share) <= limit);
}
