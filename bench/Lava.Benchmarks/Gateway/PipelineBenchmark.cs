using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Testing.Loopback;

namespace Lava.Benchmarks.Gateway;

/// <summary>
/// A whole call over loopback, one at a time: client, Kestrel, pipeline, wallet, journal on disk, HTTP client, provider. Client and
/// provider are blocking sockets that allocate nothing, so all that is allocated is the gateway's.
/// </summary>
[MemoryDiagnoser]
public class PipelineBenchmark
{
    private const int Calls = 500;
    private const int Chunks = 1_000;
    private CallDriver _calls = null!;

    [GlobalSetup]
    public void Setup() => _calls = new CallDriver(LoopbackGateway.StartAsync().GetAwaiter().GetResult());

    [GlobalCleanup]
    public void Cleanup() => _calls.Dispose();

    /// <summary>Without the gateway: what loopback itself costs.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    [BenchmarkCategory(Figures.Category)]
    public void Direct() => _calls.Direct(Calls);

    [Benchmark(OperationsPerInvoke = Calls)]
    [BenchmarkCategory(Figures.Category)]
    public void JsonCall() => _calls.Call(Calls);

    [Benchmark(OperationsPerInvoke = Chunks)]
    [BenchmarkCategory(Figures.Category)]
    public void StreamChunk() => _calls.Stream(Chunks);
}
