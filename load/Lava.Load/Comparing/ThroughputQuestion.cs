namespace Lava.Load.Comparing;

/// <summary>
/// How many calls of 1 KB each way go through, with few and with many callers that wait for their answers. The few can't saturate a gateway
/// that waits for its disk in each call; the many show what it can do.
/// </summary>
internal sealed class ThroughputQuestion(Systems systems, Loads loads) : IQuestion
{
    private static readonly int[] Connections = [16, 128];
    private const string PerSecond = "calls/s";
    private const string Load = "load";
    private readonly Figures _figures = new();

    public string Name => "throughput";

    public async Task AskAsync(int round)
    {
        foreach (var connections in Connections)
        {
            foreach (var system in systems.All.InTurn(round))
            {
                var measured = await loads.ClosedAsync(system, connections);
                _figures.Add(system.Name, PerSecond + connections, measured.Result.PerSecond);
                _figures.Add(system.Name, Load + connections, measured.LoadMicroseconds);
            }
        }
    }

    public void Write(Tables tables)
    {
        foreach (var connections in Connections)
        {
            tables.Heading($"Throughput: closed loop, {connections} connections, 1 KB each way");
            tables.Columns("", "calls/s", "of direct", "of nginx", "of floor", "of floor-inline", "load µs");
            foreach (var system in systems.All.Select(system => system.Name))
            {
                var perSecond = PerSecond + connections;
                double Of(string other) => 100 * _figures.Ratio(system, other, perSecond);
                tables.Row(system, "0", _figures.Median(system, perSecond), Of(MeasuredSystem.Direct), Of(MeasuredSystem.Nginx),
                    Of(MeasuredSystem.Floor), Of(MeasuredSystem.FloorInline), _figures.Median(system, Load + connections));
            }
        }

        tables.Line("\nShares in %. Load: processor time per call of load generator and provider, which the system does not have.\n");
    }

    public IEnumerable<Bar> Bars() =>
    [
        .. Connections.Select(connections => Bar(connections, MeasuredSystem.Floor, 0.85)),
        .. Connections.Select(connections => Bar(connections, MeasuredSystem.Nginx, 0.6)),
    ];

    private Bar Bar(int connections, string other, double least) => new(
        $"throughput with {connections} connections, of {other}'s",
        _figures.Ratio(MeasuredSystem.Lava, other, PerSecond + connections), least, IsMin: true);
}
