namespace Lava.Load.Comparing;

/// <summary>What a call costs of the processors, with eight callers that wait for their answers and at a constant rate.</summary>
internal sealed class CpuQuestion(Systems systems, Loads loads) : IQuestion
{
    private const int Connections = 8;
    private const double Rate = 4_000;
    private const string Closed = "closed";
    private const string ClosedAll = "closed, all";
    private const string Open = "open";
    private const string OpenAll = "open, all";
    private const string PerSecond = "calls/s";
    private const string Latency = "p99";
    private readonly Figures _figures = new();

    public string Name => "cpu";

    public async Task AskAsync(int round)
    {
        foreach (var system in systems.Proxies.InTurn(round))
        {
            var closed = await loads.ClosedAsync(system, Connections);
            Add(system, closed, Closed, ClosedAll);
            _figures.Add(system.Name, PerSecond, closed.Result.PerSecond);
        }

        foreach (var system in systems.Proxies.InTurn(round))
        {
            var open = await loads.OpenAsync(system, Rate);
            Add(system, open, Open, OpenAll);
            _figures.Add(system.Name, Latency, open.Result.Latency.Percentile(0.99).TotalMilliseconds);
        }
    }

    public void Write(Tables tables)
    {
        tables.Heading($"Processor time per call, µs: closed loop with {Connections} connections, and open loop with {Rate} calls/s");
        tables.Columns("", "closed", "with PostgreSQL", "of the floor's", "calls/s", "open", "with PostgreSQL", "of the floor's", "p99 ms");
        foreach (var system in systems.Proxies)
        {
            var name = system.Name;
            double All(string figure) => system.Node is null ? double.NaN : _figures.Median(name, figure);
            tables.Row([
                name,
                .. Numbers.Text("0.0", _figures.Median(name, Closed), All(ClosedAll)),
                .. Numbers.Text("0.00", _figures.Ratio(name, MeasuredSystem.Floor, Closed)),
                .. Numbers.Text("0", _figures.Median(name, PerSecond)),
                .. Numbers.Text("0.0", _figures.Median(name, Open), All(OpenAll)),
                .. Numbers.Text("0.00", _figures.Ratio(name, MeasuredSystem.Floor, Open)),
                .. Numbers.Text("0.00", _figures.Median(name, Latency)),
            ]);
        }

        tables.Line("\nOpen loop: p99 of the latency from when a call was due.\n");
    }

    public IEnumerable<Bar> Bars() =>
    [
        Bar("closed loop, PostgreSQL not counted", Closed, 1.2),
        Bar("closed loop, PostgreSQL counted", ClosedAll, 1.5),
        Bar("open loop, PostgreSQL not counted", Open, 1.2),
        Bar("open loop, PostgreSQL counted", OpenAll, 1.5),
    ];

    // nginx works in children, the others in one process: they have no other descendants.
    private void Add(MeasuredSystem system, Measured measured, string own, string all)
    {
        _figures.Add(system.Name, own, system.Node is null ? measured.AllMicroseconds : measured.OwnMicroseconds);
        _figures.Add(system.Name, all, measured.AllMicroseconds);
    }

    private Bar Bar(string what, string figure, double limit) => new(
        $"processor time per call, {what}, of the floor's", _figures.Ratio(MeasuredSystem.Lava, MeasuredSystem.Floor, figure), limit,
        IsMin: false);
}
