namespace Lava.Load.Scenarios;

/// <summary>What the command line changes; null: the scenario's own.</summary>
internal sealed record ScenarioSettings
{
    public double? Rate { get; init; }

    public int? Copies { get; init; }

    public TimeSpan During { get; init; } = TimeSpan.FromSeconds(20);
}
