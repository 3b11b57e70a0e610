namespace Lava.Metering.Scanning;

/// <summary>
/// A format's reader with the scanners of all framings. A class of its own for each reader, so that the loops are compiled for it and
/// call no interface.
/// </summary>
/// <param name="facts">What is found besides usage.</param>
/// <param name="create">Makes a fresh reader.</param>
internal sealed class FormatScannerOf<TReader>(ResponseFacts facts, Func<ResponseFacts, TReader> create) : FormatScanner
    where TReader : struct, IResponseReader
{
    private TReader _reader;
    private JsonPathScanner _json;
    private SseScanner _sse;

    /// <inheritdoc/>
    public override void Reset()
    {
        _reader = create(facts);
        _sse = default;
        _json = default;
        if (facts.Framing == ResponseFraming.Json)
        {
            _json.Start(Node.Root);
        }
    }

    /// <inheritdoc/>
    public override void Scan(ReadOnlySpan<byte> bytes)
    {
        switch (facts.Framing)
        {
            case ResponseFraming.Sse:
                _sse.Scan(ref _reader, ref _json, facts, bytes);
                break;
            case ResponseFraming.Json:
                _json.Scan(ref _reader, bytes);
                facts.IsTerminal |= _json.IsComplete;
                break;
        }
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (facts.Framing == ResponseFraming.Sse)
        {
            _sse.End(ref _reader, ref _json, facts);
        }
        else if (_json.IsOpen)
        {
            _reader.Drop();
            _json.Stop();
        }
    }

    /// <inheritdoc/>
    public override Usage ToUsage() => _reader.ToUsage();
}
