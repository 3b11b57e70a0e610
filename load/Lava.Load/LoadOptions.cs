using Lava.Load.Running;
using Lava.Load.Scenarios;

namespace Lava.Load;

/// <summary>What the command line asks for.</summary>
internal sealed record LoadOptions
{
    public required ScenarioDefinition Scenario { get; init; }

    /// <summary>The gateway's address, without a slash at its end.</summary>
    public required string Url { get; init; }

    public required IReadOnlyList<Simulation> Load { get; init; }

    /// <summary>Beside the scenario's own.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    /// <summary>Null: the scenario's own.</summary>
    public TimeSpan? WarmUp { get; init; }

    /// <summary>The gateway's process on this machine.</summary>
    public int? Process { get; init; }

    /// <summary>File for the Markdown report.</summary>
    public string? Report { get; init; }

    /// <summary>File for the HTML report.</summary>
    public string? Html { get; init; }
}
