using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Testing.Loopback;

namespace Lava.Benchmarks.Gateway;

/// <summary>
/// A whole call over loopback, one at a time: client, Kestrel, pipeline, wallet, journal on disk, HttpClient, provider. Client and
/// provider are blocking sockets that allocate nothing, so all that is allocated is the gateway's.
/// </summary>
[MemoryDiagnoser]
public class PipelineBenchmark
{
    private const int Calls = 500;
    private const int Chunks = 1_000;
    private const int ConfirmEvery = 8;
    private LoopbackGateway _gateway = null!;
    private LoopbackConnection _client = null!;
    private LoopbackConnection _direct = null!;
    private byte[] _json = [];
    private byte[] _stream = [];
    private int _rounds;

    [GlobalSetup]
    public void Setup()
    {
        _gateway = LoopbackGateway.StartAsync().GetAwaiter().GetResult();
        _client = _gateway.Connect();
        _direct = LoopbackConnection.Connect(_gateway.Provider.Port);
        _json = LoopbackMessages.JsonRequest(_gateway.Token);
        _stream = LoopbackMessages.StreamRequest(_gateway.Token, usage: true);
        _gateway.Provider.Chunks = Chunks;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _client.Dispose();
        _direct.Dispose();
        _gateway.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Without the gateway: what loopback itself costs.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    [BenchmarkCategory(Figures.Category)]
    public void Direct() => Call(_direct);

    [Benchmark(OperationsPerInvoke = Calls)]
    [BenchmarkCategory(Figures.Category)]
    public void JsonCall()
    {
        Call(_client);
        if (++_rounds % ConfirmEvery == 0)
        {
            // What PostgreSQL's flusher does in the server: the disk does not fill up.
            _gateway.ConfirmJournal();
        }
    }

    [Benchmark(OperationsPerInvoke = Chunks)]
    [BenchmarkCategory(Figures.Category)]
    public void StreamChunk()
    {
        _client.Send(_stream);
        for (var i = 0; i < Chunks; i++)
        {
            _gateway.Provider.Next();
            Received(_client.TryReceiveUntil(LoopbackMessages.EventMark));
        }

        Received(_client.TryReceiveUntil(LoopbackMessages.EndMark));
    }

    private void Call(LoopbackConnection connection)
    {
        for (var i = 0; i < Calls; i++)
        {
            connection.Send(_json);
            Received(connection.TryReceive(out _));
        }
    }

    private static void Received(bool received)
    {
        if (!received)
        {
            throw new InvalidOperationException("The connection was closed.");
        }
    }
}
