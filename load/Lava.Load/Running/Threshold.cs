namespace Lava.Load.Running;

/// <summary>What must hold at the end; the run fails where it does not.</summary>
internal sealed record Threshold(string Text, Func<ScenarioStatistics, bool> Holds)
{
    public static Threshold NothingFails { get; } = new("nothing fails", statistics => statistics.Failed == 0 && statistics.Ok > 0);

    public static Threshold Latency(double share, TimeSpan limit) => new(
        FormattableString.Invariant($"p{share * 100:0.#} ≤ {limit.TotalMilliseconds} ms"),
        statistics => statistics.Latency.Percentile(share) <= limit);

    /// <summary>How far PostgreSQL may be behind the calls; the limit is a bound of the gateway's histogram.</summary>
    public static Threshold FlushLag(double share, TimeSpan limit) => new(
        FormattableString.Invariant($"flush lag p{share * 100:0.#} ≤ {limit.TotalMilliseconds} ms"),
        statistics => statistics.Node.FlushedWithin(limit.TotalSeconds) >= share);

    /// <summary>
    /// The last fifth of the run needs no more memory than the second one, but for a share. (The first fills pools and caches, and the
    /// just-in-time compiler is at work.) Only where the runner sees the process.
    /// </summary>
    public static Threshold FlatMemory(double share) => new(
        FormattableString.Invariant($"memory grows by ≤ {share * 100:0.#} % from the second fifth to the last"),
        statistics => statistics.Node.Memory.Count == 0
            || statistics.Node.MemoryInFifth(4) <= statistics.Node.MemoryInFifth(1) * (1 + share));
}
