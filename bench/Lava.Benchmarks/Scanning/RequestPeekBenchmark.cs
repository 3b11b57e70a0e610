using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Benchmarks.Scanning;

/// <summary>One request body of <see cref="ScanInputs.RequestBytes"/>, validated and read. Bytes/s = size / mean.</summary>
[MemoryDiagnoser]
public class RequestPeekBenchmark
{
    private readonly byte[] _body = ScanInputs.OpenAiChatRequest();

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    [Throughput("GB", ScanInputs.RequestBytes / ScanInputs.Giga)]
    public long? Peek()
    {
        RequestPeek.Peek(_body, ApiFormat.OpenAiChat, out var facts);
        return facts.MaxOutputTokens;
    }
}
