namespace Lava.Load.Running;

/// <summary>A measured kind of duration.</summary>
/// <param name="Name">In thresholds.</param>
/// <param name="Title">In the report.</param>
/// <param name="Of">Where a run has it.</param>
internal sealed record DurationFigure(string Name, string Title, Func<ScenarioStatistics, Histogram> Of)
{
    public static DurationFigure Latency { get; } = new("latency", "latency", statistics => statistics.Latency);

    public static DurationFigure FirstToken { get; } =
        new("first-token", "time to first token", statistics => statistics.Streams.FirstToken);

    public static DurationFigure Gap { get; } = new("gap", "gap between chunks", statistics => statistics.Streams.Gap);

    public static DurationFigure AddedGap { get; } =
        new("added-gap", "gap beyond the provider's own", statistics => statistics.Streams.AddedGap);

    public static DurationFigure Passage { get; } =
        new("passage", "an event's way from provider to client", statistics => statistics.Streams.Passage);

    public static DurationFigure Delay { get; } = new("delay", "the runner's own delay", statistics => statistics.SendDelay);

    /// <summary>All, in the order of the report.</summary>
    public static IReadOnlyList<DurationFigure> All { get; } = [Latency, FirstToken, Gap, AddedGap, Passage, Delay];
}
