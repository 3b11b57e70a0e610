namespace Lava.Load.Comparing;

/// <summary>What an open stream costs of memory. Asked first: later a collector's heap has room from earlier loads.</summary>
internal sealed class MemoryQuestion(Systems systems, Loads loads) : IQuestion
{
    private const int Streams = 500;
    private const int Events = 20;
    private const string Kibibytes = "KiB";
    private const string Before = "before";
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(200);

    // All streams are open after the first gap, and none ends before the last.
    private static readonly TimeSpan Plateau = Gap * (Events - 5);
    private readonly Figures _figures = new();

    public string Name => "memory";

    public int RoundsMax => 1;

    public async Task AskAsync(int round)
    {
        foreach (var system in systems.Proxies.InTurn(round))
        {
            // What the first calls need once is not the streams'.
            loads.Hold(system, streams: 20, events: 5, Gap);
            await loads.SettleAsync(system);
            var before = Memory(system);
            var streams = Task.Factory.StartNew(() => loads.Hold(system, Streams, Events, Gap), TaskCreationOptions.LongRunning);
            await Task.WhenAny(streams, Task.Delay(Plateau));
            var plateau = Memory(system);
            await streams;
            await loads.SettleAsync(system);
            _figures.Add(system.Name, Kibibytes, (plateau - before) / (double)Streams);
            _figures.Add(system.Name, Before, before / 1024.0);
        }
    }

    public void Write(Tables tables)
    {
        tables.Heading($"Memory: {Streams} paced streams open, proportional set size");
        tables.Columns("", "KiB per stream", "MiB before");
        foreach (var system in systems.Proxies.Select(system => system.Name))
        {
            tables.Row(system, "0.0", _figures.Median(system, Kibibytes), _figures.Median(system, Before));
        }

        tables.Line("\nPostgreSQL is not counted.\n");
    }

    public IEnumerable<Bar> Bars() =>
        [new("memory per open stream", _figures.Median(MeasuredSystem.Lava, Kibibytes), 48, IsMin: false, "KiB")];

    private static long Memory(MeasuredSystem system)
    {
        var (own, all) = ProcessTree.MemoryKibibytes(system.Process!.Value);
        return system.Node is null ? all : own;
    }
}
