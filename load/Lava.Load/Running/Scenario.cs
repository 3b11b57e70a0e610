namespace Lava.Load.Running;

/// <summary>A kind of call, how it is repeated, and what must hold.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>In a sentence, for the report.</summary>
    public required string Description { get; init; }

    public required Step Run { get; init; }

    /// <summary>Phases, one after the other.</summary>
    public required IReadOnlyList<Simulation> Load { get; init; }

    /// <summary>The first phase before it counts.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<Threshold> Thresholds { get; init; } = [Threshold.NothingFails];

    /// <summary>Looks at what the run, its warm-up too, has left behind; null where it is right, else what is wrong.</summary>
    public Func<Task<string?>>? Verify { get; init; }

    /// <summary>All phases, without the warm-up.</summary>
    public TimeSpan During => Load.Aggregate(TimeSpan.Zero, (sum, phase) => sum + phase.During);
}
