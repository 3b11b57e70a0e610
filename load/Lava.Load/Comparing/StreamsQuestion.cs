namespace Lava.Load.Comparing;

/// <summary>What a system adds to the first event of a stream, and how much it moves events against each other.</summary>
internal sealed class StreamsQuestion(Systems systems, Loads loads) : IQuestion
{
    private const string FirstMedian = "first p50";
    private const string First = "first p99";
    private const string Gap = "gap p99";
    private readonly Figures _figures = new();

    public string Name => "streams";

    public async Task AskAsync(int round)
    {
        foreach (var system in systems.All.InTurn(round))
        {
            var result = (await loads.StreamsAsync(system)).Result;
            _figures.Add(system.Name, FirstMedian, result.FirstEvent.Percentile(0.5).TotalMicroseconds);
            _figures.Add(system.Name, First, result.FirstEvent.Percentile(0.99).TotalMicroseconds);
            _figures.Add(system.Name, Gap, result.Gap.Percentile(0.99).TotalMicroseconds);
        }
    }

    public void Write(Tables tables)
    {
        tables.Heading("Streams: 50 open at any time, an event each 20 ms, µs");
        tables.Columns("", "first p50", "first p99", "gap p99", "added first p50", "added first p99", "added gap p99");
        foreach (var system in systems.All.Select(system => system.Name))
        {
            double Added(string figure) => _figures.Difference(system, MeasuredSystem.Direct, figure);
            double Median(string figure) => _figures.Median(system, figure);
            tables.Row(system, "0", Median(FirstMedian), Median(First), Median(Gap),
                Added(FirstMedian), Added(First), Added(Gap));
        }

        tables.Line("\nFirst: from the request to the first event, without the 20 ms that the provider takes. Gap: by how much the time");
        tables.Line("between two events at the client differs from that at the provider. Added: beyond the");
        tables.Line("direct streams' of the same round.\n");
    }

    public IEnumerable<Bar> Bars() =>
    [
        new("added time to first token, p99",
            _figures.Difference(MeasuredSystem.Lava, MeasuredSystem.Direct, First), 250, IsMin: false, "µs"),
        new("added gap, p99", _figures.Difference(MeasuredSystem.Lava, MeasuredSystem.Direct, Gap), 50, IsMin: false, "µs"),
    ];
}
