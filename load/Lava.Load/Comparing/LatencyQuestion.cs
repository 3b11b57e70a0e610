namespace Lava.Load.Comparing;

/// <summary>What a system adds to one call at a time.</summary>
internal sealed class LatencyQuestion(Systems systems, Loads loads) : IQuestion
{
    private const string Median = "p50";
    private const string High = "p99";
    private readonly Figures _figures = new();

    public string Name => "latency";

    public async Task AskAsync(int round)
    {
        foreach (var system in systems.All.InTurn(round))
        {
            var latency = (await loads.ClosedAsync(system, connections: 1)).Result.Latency;
            _figures.Add(system.Name, Median, latency.Percentile(0.5).TotalMicroseconds);
            _figures.Add(system.Name, High, latency.Percentile(0.99).TotalMicroseconds);
        }
    }

    public void Write(Tables tables)
    {
        tables.Heading("Latency at one connection, µs");
        tables.Columns("", "p50", "p99", "added p50", "added p99", "p99 beyond the floor's");
        foreach (var system in systems.All.Select(system => system.Name))
        {
            tables.Row(system, "0.0", _figures.Median(system, Median), _figures.Median(system, High),
                _figures.Difference(system, MeasuredSystem.Direct, Median), _figures.Difference(system, MeasuredSystem.Direct, High),
                _figures.Difference(system, MeasuredSystem.Floor, High));
        }

        tables.Line("\nAdded: beyond the direct call's of the same round.\n");
    }

    public IEnumerable<Bar> Bars() =>
    [
        new("added p99 at one connection, beyond the floor's",
            _figures.Difference(MeasuredSystem.Lava, MeasuredSystem.Floor, High), 200, IsMin: false, "µs"),
    ];
}
