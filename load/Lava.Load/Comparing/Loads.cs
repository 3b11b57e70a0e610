namespace Lava.Load.Comparing;

/// <summary>Puts loads on systems: each time a short one first, which does not count.</summary>
internal sealed class Loads(CompareOptions options, int providerProcess, CancellationToken stop)
{
    private const int Connections = 64;
    private const int StreamConnections = 50;
    private const int StreamEvents = 25;
    private static readonly TimeSpan StreamGap = TimeSpan.FromMilliseconds(20);

    // The just-in-time compiler waits 100 ms for calm before it compiles better code.
    private static readonly TimeSpan TierPause = TimeSpan.FromMilliseconds(200);

    // All streams begin, one after another, within the length of one: starts and events are spread evenly.
    private static readonly TimeSpan StreamStagger = StreamGap * (StreamEvents + 1) / StreamConnections;

    /// <summary>What went wrong in any of them.</summary>
    public SortedSet<string> Failures { get; } = [];

    /// <summary>As many requests as so many connections can make.</summary>
    public Task<Measured> ClosedAsync(MeasuredSystem system, int connections, IReadOnlyList<string>? tokens = null) =>
        MeasureAsync(system, Json(system, tokens) with { Connections = connections }, streamed: false);

    /// <summary>Requests at a constant rate.</summary>
    public Task<Measured> OpenAsync(MeasuredSystem system, double rate) =>
        MeasureAsync(system, Json(system, null) with { Connections = Connections, Rate = rate }, streamed: false);

    /// <summary>Fifty paced streams at any time.</summary>
    public Task<Measured> StreamsAsync(MeasuredSystem system) => MeasureAsync(
        system, Stream(system, StreamEvents, StreamGap) with { Connections = StreamConnections, Stagger = StreamStagger }, streamed: true);

    /// <summary>So many streams at once, each to its end.</summary>
    public LoadResult Hold(MeasuredSystem system, int streams, int events, TimeSpan gap) =>
        Run(system, Stream(system, events, gap) with { Connections = streams, Stagger = gap / streams, Once = true }, streamed: true);

    /// <summary>
    /// A load whose figures nobody wants: calls enough for the last tier of the just-in-time compiler, in pauses, as it compiles in them.
    /// </summary>
    public async Task WarmUpAsync(MeasuredSystem system)
    {
        const int Calls = 20_000;
        const int RoundsMax = 10;
        const int Few = 8;
        const int Streams = 200;
        var plan = Json(system, null) with { Connections = Few, During = TimeSpan.FromSeconds(1) };
        long answered = 0;
        for (var round = 0; round < RoundsMax && answered < Calls; round++)
        {
            answered += Run(system, plan, streamed: false).Answered;
            await SettleAsync(system);
            await Task.Delay(TierPause, stop);
        }

        Hold(system, Streams, StreamEvents, StreamGap);
        await SettleAsync(system);
    }

    /// <summary>Waits until nothing is left to do.</summary>
    public Task SettleAsync(MeasuredSystem system) => system.Node?.SettledAsync(stop) ?? Task.CompletedTask;

    private LoadPlan Json(MeasuredSystem system, IReadOnlyList<string>? tokens) => new()
    {
        Address = system.Address,
        Requests = [.. (tokens ?? system.Tokens).Select(token =>
            LoadRequests.Write(system.Address, system.Path, token, LoadRequests.Json()))],
        BodyBytes = ProviderAnswers.JsonBodyBytes,
        Connections = 1,
        During = options.During,
    };

    private LoadPlan Stream(MeasuredSystem system, int events, TimeSpan gap)
    {
        var address = system.StreamAddress ?? system.Address;
        return new LoadPlan
        {
            Address = address,
            Requests = [.. system.Tokens.Select(token =>
                LoadRequests.Write(address, system.Path, token, LoadRequests.Stream(events, gap)))],
            BodyBytes = ProviderAnswers.StreamBodyBytes(events),
            Connections = 1,
            During = options.During,
        };
    }

    // Processor time counts until the last record is in PostgreSQL, and so does that of nothing that came before.
    private async Task<Measured> MeasureAsync(MeasuredSystem system, LoadPlan plan, bool streamed)
    {
        Run(system, plan with { During = options.WarmUp }, streamed);
        await SettleAsync(system);
        var before = Cpu(system);
        var result = Run(system, plan, streamed);
        await SettleAsync(system);
        var after = Cpu(system);
        return new Measured(result, after.Own - before.Own, after.All - before.All, after.Load - before.Load);
    }

    private LoadResult Run(MeasuredSystem system, LoadPlan plan, bool streamed)
    {
        stop.ThrowIfCancellationRequested();
        var result = LoadGenerator.Run(plan, streamed, stop);
        stop.ThrowIfCancellationRequested();
        system.Node?.Count(result.Answered);
        if (result.Failed > 0)
        {
            Failures.Add($"{system.Name}: {result.Failed} of {result.Answered + result.Failed} calls failed: {result.Failure}");
        }

        return result;
    }

    private (double Own, double All, double Load) Cpu(MeasuredSystem system)
    {
        var load = ProcessTree.CpuSeconds(Environment.ProcessId).Own + ProcessTree.CpuSeconds(providerProcess).Own;
        return system.Process is { } process && ProcessTree.CpuSeconds(process) is var (own, all) ? (own, all, load) : (0, 0, load);
    }
}
