namespace Lava.Load.Running;

/// <summary>What must hold at the end; the run fails where it does not.</summary>
/// <param name="Text">For the report.</param>
/// <param name="Judge">Measures and compares.</param>
internal sealed record Threshold(string Text, Func<ScenarioStatistics, ThresholdOutcome> Judge)
{
    // A runner that begins its calls so late has no processor: neither have gateway and PostgreSQL. On a quiet machine it is 1 ms.
    private static readonly TimeSpan BusyFrom = TimeSpan.FromMilliseconds(10);

    public static Threshold NothingFails { get; } = new(
        "nothing fails", statistics => Of(statistics is { Failed: 0, Ok: > 0 }, $"{statistics.Failed} failed, {statistics.Ok} ok"));

    /// <summary>
    /// A scenario's own limit, generous, for machines that do other things too: missed on one that was too busy to run the runner in
    /// time, the run is spoiled, not failed.
    /// </summary>
    public static Threshold Usual(DurationFigure figure, double share, TimeSpan limit) => new(
        $"{figure.Name} {ReportNumbers.Share(share)} ≤ {ReportNumbers.Duration(limit)}",
        statistics => Excuse(statistics, Compare(figure.Of(statistics), share, measured => measured <= limit)));

    /// <summary>What was asked for: missed is missed.</summary>
    public static Threshold Asked(string text, DurationFigure figure, double share, Func<TimeSpan, bool> holds) =>
        new(text, statistics => Compare(figure.Of(statistics), share, holds));

    /// <summary>
    /// How far PostgreSQL may be behind the calls, on a machine that is not too busy; the limit is a bound of the gateway's histogram.
    /// </summary>
    public static Threshold FlushLag(double share, TimeSpan limit) => new(
        $"flush lag {ReportNumbers.Share(share)} ≤ {ReportNumbers.Duration(limit)}",
        statistics =>
        {
            var within = statistics.Node.FlushedWithin(limit.TotalSeconds);
            return Excuse(statistics, Of(within >= share, FormattableString.Invariant($"{within:P2} within it")));
        });

    /// <summary>
    /// The last fifth of the run needs no more memory than the second one, but for a share. (The first fills pools and caches, and the
    /// just-in-time compiler is at work.) Only where the runner sees the process.
    /// </summary>
    public static Threshold FlatMemory(double share) => new(
        FormattableString.Invariant($"memory grows by ≤ {share * 100:0.#} % from the second fifth to the last"),
        statistics =>
        {
            var (second, last) = ((double)statistics.Node.MemoryInFifth(1), (double)statistics.Node.MemoryInFifth(4));
            return second == 0
                ? Of(true, "not seen")
                : Of(last <= second * (1 + share), FormattableString.Invariant($"{(last / second - 1) * 100:+0.0;-0.0;0.0} %"));
        });

    public static ThresholdOutcome Of(bool holds, string measured) => new(holds ? Verdict.Holds : Verdict.Missed, measured);

    private static ThresholdOutcome Excuse(ScenarioStatistics statistics, ThresholdOutcome outcome) =>
        outcome.Verdict == Verdict.Missed && statistics.SendDelay.Percentile(0.99) >= BusyFrom
            ? outcome with { Verdict = Verdict.Spoiled }
            : outcome;

    private static ThresholdOutcome Compare(Histogram histogram, double share, Func<TimeSpan, bool> holds)
    {
        var measured = histogram.Percentile(share);
        return histogram.Count == 0 ? Of(false, "nothing") : Of(holds(measured), ReportNumbers.Duration(measured));
    }
}
