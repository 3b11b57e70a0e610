using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Benchmarks.Scanning;

/// <summary>A whole stream of <see cref="ScanInputs.StreamBytes"/>, in pieces as a socket gives them. Bytes/s = size / mean.</summary>
[MemoryDiagnoser]
public class SseScanBenchmark
{
    // What one read of the relay takes at most.
    private const int PieceBytes = 16 * 1024;

    private readonly ResponseScanner _scanner = new();
    private byte[] _body = [];

    [Params(ApiFormat.OpenAiChat, ApiFormat.AnthropicMessages, ApiFormat.Gemini)]
    public ApiFormat Format { get; set; }

    [GlobalSetup]
    public void Setup() => _body = Format switch
    {
        ApiFormat.AnthropicMessages => ScanInputs.AnthropicStream(),
        ApiFormat.Gemini => ScanInputs.GeminiStream(),
        _ => ScanInputs.OpenAiChatStream(),
    };

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    [Throughput("GB", ScanInputs.StreamBytes / ScanInputs.Giga)]
    public long Scan()
    {
        _scanner.Reset(Format, ResponseFraming.Sse);
        for (var at = 0; at < _body.Length; at += PieceBytes)
        {
            _scanner.Scan(_body.AsSpan(at, Math.Min(PieceBytes, _body.Length - at)));
        }

        _scanner.EndOfBody();
        return _scanner.Usage.OutputTokens;
    }
}
