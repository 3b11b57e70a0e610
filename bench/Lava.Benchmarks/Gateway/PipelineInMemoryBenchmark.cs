using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Testing.Loopback;

namespace Lava.Benchmarks.Gateway;

/// <summary>
/// The same calls as <see cref="PipelineBenchmark"/> makes, over an in-memory transport and with a journal whose syncs return at once:
/// no sockets on the client's side, no disk to wait for. The provider is still reached over loopback, by the gateway's own client.
/// </summary>
[MemoryDiagnoser]
public class PipelineInMemoryBenchmark
{
    private const int Calls = 500;
    private const int Chunks = 1_000;
    private CallDriver _calls = null!;

    [GlobalSetup]
    public void Setup() => _calls = new CallDriver(LoopbackGateway.StartInMemoryAsync().GetAwaiter().GetResult());

    [GlobalCleanup]
    public void Cleanup() => _calls.Dispose();

    [Benchmark(OperationsPerInvoke = Calls)]
    [BenchmarkCategory(Figures.Category)]
    public void JsonCall() => _calls.Call(Calls);

    [Benchmark(OperationsPerInvoke = Chunks)]
    [BenchmarkCategory(Figures.Category)]
    public void StreamChunk() => _calls.Stream(Chunks);
}
