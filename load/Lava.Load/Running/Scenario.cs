namespace Lava.Load.Running;

/// <summary>A kind of call, how it is repeated, and what must hold.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>In a sentence, for the report.</summary>
    public required string Description { get; init; }

    public required Step Run { get; init; }

    public required Simulation Load { get; init; }

    /// <summary>The same load before it counts.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<Threshold> Thresholds { get; init; } = [Threshold.NothingFails];

    /// <summary>
    /// Looks at what the run has left behind; null where it is right, else what is wrong. The count is of all calls that ended as
    /// expected, the warm-up's too.
    /// </summary>
    public Func<long, Task<string?>>? Verify { get; init; }
}
