namespace Lava.Load.Comparing;

/// <summary>How many calls of 1 KB each way go through, with sixteen callers that wait for their answers.</summary>
internal sealed class ThroughputQuestion(Systems systems, Loads loads) : IQuestion
{
    private const int Connections = 16;
    private const string PerSecond = "calls/s";
    private const string Load = "load";
    private readonly Figures _figures = new();

    public string Name => "throughput";

    public async Task AskAsync(int round)
    {
        foreach (var system in systems.All.InTurn(round))
        {
            var measured = await loads.ClosedAsync(system, Connections);
            _figures.Add(system.Name, PerSecond, measured.Result.PerSecond);
            _figures.Add(system.Name, Load, measured.LoadMicroseconds);
        }
    }

    public void Write(Tables tables)
    {
        tables.Heading($"Throughput: closed loop, {Connections} connections, 1 KB each way");
        tables.Columns("", "calls/s", "of direct", "of nginx", "of floor", "of floor-inline", "load µs");
        foreach (var system in systems.All.Select(system => system.Name))
        {
            double Of(string other) => 100 * _figures.Ratio(system, other, PerSecond);
            tables.Row(system, "0", _figures.Median(system, PerSecond), Of(MeasuredSystem.Direct), Of(MeasuredSystem.Nginx),
                Of(MeasuredSystem.Floor), Of(MeasuredSystem.FloorInline), _figures.Median(system, Load));
        }

        tables.Line("\nShares in %. Load: processor time per call of load generator and provider, which the system does not have.\n");
    }

    public IEnumerable<Bar> Bars() =>
    [
        new("throughput, of the floor's", _figures.Ratio(MeasuredSystem.Lava, MeasuredSystem.Floor, PerSecond), 0.85, IsMin: true),
        new("throughput, of nginx's", _figures.Ratio(MeasuredSystem.Lava, MeasuredSystem.Nginx, PerSecond), 0.6, IsMin: true),
    ];
}
