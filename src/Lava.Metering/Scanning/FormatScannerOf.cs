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
    private LineScanner _lines;
    private EventStreamScanner _messages;

    /// <inheritdoc/>
    public override void Reset()
    {
        _reader = create(facts);
        _sse = default;
        _lines = default;
        _messages = default;
        _json = default;
        _json.DefersCommit = facts.Framing == ResponseFraming.EventStream;
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
            case ResponseFraming.Lines:
                _lines.Scan(ref _reader, ref _json, bytes);
                break;
            case ResponseFraming.EventStream:
                _messages.Scan(ref _reader, ref _json, facts, bytes);
                break;
        }
    }

    /// <inheritdoc/>
    public override void End()
    {
        switch (facts.Framing)
        {
            case ResponseFraming.Sse:
                _sse.End(ref _reader, ref _json, facts);
                break;
            case ResponseFraming.EventStream:
                _messages.End(ref _reader, ref _json);
                break;
            default:
                LineScanner.End(ref _reader, ref _json);
                break;
        }
    }

    /// <summary>The usage so far. Where a part of the answer was damaged, no format's figures are its last.</summary>
    public override Usage ToUsage()
    {
        var usage = _reader.ToUsage();
        if (facts.IsDamaged)
        {
            usage.Certainty = (UsageCertainty)Math.Min((byte)usage.Certainty, (byte)UsageCertainty.Partial);
            usage.Reason = UsageReason.Unreadable;
        }

        return usage;
    }
}
