namespace Lava.Load.Comparing;

/// <summary>What a call costs of the processors: few and many callers that wait for their answers, and a constant rate.</summary>
internal sealed class CpuQuestion(Systems systems, Loads loads) : IQuestion
{
    private const int Few = 8;
    private const int Many = 64;
    private const double Rate = 4_000;
    private const string Closed = "closed";
    private const string ClosedAll = "closed, all";
    private const string Crowd = "crowd";
    private const string CrowdAll = "crowd, all";
    private const string Open = "open";
    private const string OpenAll = "open, all";
    private const string Latency = "p99";
    private readonly Figures _figures = new();

    public string Name => "cpu";

    public async Task AskAsync(int round)
    {
        foreach (var system in systems.Proxies.InTurn(round))
        {
            Add(system, await loads.ClosedAsync(system, Few), Closed, ClosedAll);
            Add(system, await loads.ClosedAsync(system, Many), Crowd, CrowdAll);
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
        tables.Heading($"Processor time per call, µs: closed loop with {Few} and {Many} connections, open loop with {Rate} calls/s");
        tables.Columns("", $"{Few}", "with PostgreSQL", "of the floor's", $"{Many}", "with PostgreSQL", "of the floor's", "open",
            "with PostgreSQL", "of the floor's", "p99 ms");
        foreach (var system in systems.Proxies)
        {
            var name = system.Name;
            IEnumerable<string> Columns(string own, string all) =>
            [
                .. Numbers.Text("0.0", _figures.Median(name, own), system.Node is null ? double.NaN : _figures.Median(name, all)),
                .. Numbers.Text("0.00", _figures.Ratio(name, MeasuredSystem.Floor, own)),
            ];
            tables.Row([
                name, .. Columns(Closed, ClosedAll), .. Columns(Crowd, CrowdAll), .. Columns(Open, OpenAll),
                .. Numbers.Text("0.00", _figures.Median(name, Latency)),
            ]);
        }

        tables.Line("\nOpen loop: p99 of the latency from when a call was due.\n");
    }

    public IEnumerable<Bar> Bars() =>
    [
        Bar($"{Few} connections, PostgreSQL not counted", Closed, 1.2),
        Bar($"{Few} connections, PostgreSQL counted", ClosedAll, 1.5),
        Bar($"{Many} connections, PostgreSQL not counted", Crowd, 1.2),
        Bar($"{Many} connections, PostgreSQL counted", CrowdAll, 1.5),
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
