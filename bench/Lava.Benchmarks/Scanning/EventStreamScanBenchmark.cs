using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Benchmarks.Scanning;

/// <summary>
/// A whole AWS event stream of <see cref="ScanInputs.StreamBytes"/>, frames with two checksums each, in pieces as a socket gives them.
/// Bytes/s = size / mean; <see cref="ChecksumAlone"/> is the part of it that no reader can save.
/// </summary>
[MemoryDiagnoser]
public class EventStreamScanBenchmark
{
    // What one read of the relay takes at most.
    private const int PieceBytes = 16 * 1024;

    private readonly ResponseScanner _scanner = new();
    private byte[] _body = [];

    [Params(ApiFormat.BedrockConverse, ApiFormat.BedrockInvoke)]
    public ApiFormat Format { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = Format == ApiFormat.BedrockConverse ? ScanInputs.ConverseFrames() : ScanInputs.InvokeFrames();
        if (Scan() != ScanInputs.OutputTokens)
        {
            throw new InvalidOperationException("The usage was not found: the stream is not read to its end.");
        }
    }

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    [Throughput("GB", ScanInputs.StreamBytes / ScanInputs.Giga)]
    public long Scan()
    {
        _scanner.Reset(Format, ResponseFraming.EventStream);
        for (var at = 0; at < _body.Length; at += PieceBytes)
        {
            _scanner.Scan(_body.AsSpan(at, Math.Min(PieceBytes, _body.Length - at)));
        }

        _scanner.EndOfBody();
        return _scanner.Usage.OutputTokens;
    }

    [Benchmark]
    [Throughput("GB", ScanInputs.StreamBytes / ScanInputs.Giga)]
    public uint ChecksumAlone() => Crc32.Append(0, _body);
}
