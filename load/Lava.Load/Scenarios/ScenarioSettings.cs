using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>What the command line changes; null: the scenario's own.</summary>
internal sealed record ScenarioSettings
{
    private static readonly TimeSpan DefaultDuring = TimeSpan.FromSeconds(20);

    public double? Rate { get; init; }

    public int? Copies { get; init; }

    public TimeSpan? During { get; init; }

    /// <summary>The load that is asked for, else an open loop with the scenario's own rate.</summary>
    public Simulation Load(double rate, TimeSpan? during = null)
    {
        var time = During ?? during ?? DefaultDuring;
        return Copies is { } copies ? new Simulation.KeepConstant(copies, time) : new Simulation.Inject(Rate ?? rate, time);
    }
}
