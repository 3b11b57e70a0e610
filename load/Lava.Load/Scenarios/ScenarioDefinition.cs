using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>A row of the catalog.</summary>
/// <param name="Name">As the command line has it.</param>
/// <param name="Description">What it does, in a sentence.</param>
/// <param name="Load">The phases unless told otherwise.</param>
/// <param name="Thresholds">What must hold, beside the books.</param>
/// <param name="Prepare">Makes customers and meters.</param>
internal sealed record ScenarioDefinition(
    string Name, string Description, Simulation[] Load, Threshold[] Thresholds, Func<ScenarioTools, Task<PreparedCalls>> Prepare)
{
    /// <summary>The scenario, ready to run.</summary>
    /// <param name="tools">What it calls the gateway with.</param>
    /// <param name="load">Its phases.</param>
    /// <param name="asked">Thresholds beside its own.</param>
    public async Task<Scenario> CreateAsync(ScenarioTools tools, IReadOnlyList<Simulation> load, IEnumerable<Threshold> asked)
    {
        var calls = await Prepare(tools);
        return new Scenario
        {
            Name = Name,
            Description = Description,
            Run = calls.Run,
            Load = load,
            Thresholds = [.. Thresholds, .. asked],
            Verify = calls.Books.VerifyAsync,
        };
    }
}
