using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>The scenarios.</summary>
internal static class ScenarioCatalog
{
    private static readonly TimeSpan During = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RampDuring = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SoakDuring = TimeSpan.FromMinutes(5);

    // At a rate that the machine can keep up for ever. Latencies are generous: a shared machine must not fail a good gateway.
    private static readonly Threshold FlushLag = Threshold.FlushLag(0.99, TimeSpan.FromMilliseconds(250));
    private static readonly Threshold Quick = Limit(DurationFigure.Latency, 250);
    private static readonly Threshold QuickToken = Limit(DurationFigure.FirstToken, 250);
    private static readonly Threshold EvenGaps = Limit(DurationFigure.AddedGap, 100);

    public static IReadOnlyList<ScenarioDefinition> All { get; } =
    [
        new("json", "1 KB of JSON each way, 50 wallets in turn",
            [new Simulation.Inject(500, During)], [Threshold.NothingFails, FlushLag, Quick], PlainCalls.JsonAsync),
        new("stream", "50 events, one every 20 ms",
            [new Simulation.Inject(50, During)], [Threshold.NothingFails, FlushLag, QuickToken, EvenGaps], PlainCalls.StreamAsync),
        new("stream-fast", "200 events, as fast as the provider writes",
            [new Simulation.Inject(50, During)], [Threshold.NothingFails, FlushLag, QuickToken], PlainCalls.StreamFastAsync),
        new("broke", "a wallet that can't pay: 402 before the provider is called",
            [new Simulation.Inject(1_000, During)], [Threshold.NothingFails, Quick], PlainCalls.BrokeAsync),
        new("hot-wallet", "one wallet pays for all calls, and loses exactly their price",
            [new Simulation.KeepConstant(32, During)], [Threshold.NothingFails, Limit(DurationFigure.Latency, 2_000)],
            PlainCalls.HotWalletAsync),
        new("reports", "reports of usage, every fourth a repeat that must not count again",
            [new Simulation.Inject(200, During)], [Threshold.NothingFails, Limit(DurationFigure.Latency, 500)], PlainCalls.ReportsAsync),
        new("mixed", "JSON, fast and paced streams, clients that read slowly, clients that hang up",
            [new Simulation.RampingInject(100, RampDuring), new Simulation.Inject(100, During)],
            [Threshold.NothingFails, FlushLag, QuickToken, EvenGaps], MixedCalls.MixedAsync),
        new("large", "requests of 1, 2, 4 and 8 MiB, answers of 300 KB",
            [new Simulation.Inject(4, During)], [Threshold.NothingFails, FlushLag, Limit(DurationFigure.Latency, 3_000)],
            PlainCalls.LargeAsync),
        new("soak", "JSON, streams, hang-ups, refusals and reports, 50 wallets, a fixed and a percentage meter",
            [new Simulation.Inject(200, SoakDuring)],
            [Threshold.NothingFails, FlushLag, QuickToken, Threshold.FlatMemory(0.1)], MixedCalls.SoakAsync),
    ];

    private static Threshold Limit(DurationFigure figure, int milliseconds) =>
        Threshold.Usual(figure, 0.99, TimeSpan.FromMilliseconds(milliseconds));
}
