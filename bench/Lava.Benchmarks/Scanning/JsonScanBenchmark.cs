using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Benchmarks.Scanning;

/// <summary>One JSON response of <see cref="ScanInputs.StreamBytes"/>, read structurally to its end. Bytes/s = size / mean.</summary>
[MemoryDiagnoser]
public class JsonScanBenchmark
{
    private readonly ResponseScanner _scanner = new();
    private readonly byte[] _body = ScanInputs.OpenAiChatJson();

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    [Throughput("GB", ScanInputs.StreamBytes / ScanInputs.Giga)]
    public long Scan()
    {
        _scanner.Reset(ApiFormat.OpenAiChat, ResponseFraming.Json);
        _scanner.Scan(_body);
        _scanner.EndOfBody();
        return _scanner.Usage.OutputTokens;
    }
}
