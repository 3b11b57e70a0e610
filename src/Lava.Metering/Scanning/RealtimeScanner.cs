namespace Lava.Metering.Scanning;

/// <summary>
/// Reads the events of a realtime session while the pieces of its messages pass: which models serve it, when turns begin and end, and
/// what each used. Keeps a few hundred bytes whatever comes, allocates nothing after its construction and never throws on any input.
/// One session, from one thread at a time.
/// </summary>
public sealed class RealtimeScanner
{
    private OpenAiRealtimeReader _reader = new(new ResponseFacts());
    private JsonPathScanner _json;
    private bool _isInside;

    /// <summary>Bytes of the last event's delta or transcript, unescaped.</summary>
    public long DeltaBytes => _reader.DeltaBytes;

    /// <summary>Is that delta sound, base64?</summary>
    public bool IsAudio => _reader.IsAudio;

    /// <summary>Did the response of the last event fail?</summary>
    public bool IsError => _reader.IsError;

    /// <summary>The last event's response, or the item that was transcribed; at most 128 bytes.</summary>
    public ReadOnlySpan<byte> Id => _reader.Id;

    /// <summary>The session's model; empty where the last event does not name it.</summary>
    public ReadOnlySpan<byte> Model => _reader.Model;

    /// <summary>The model that transcribes what is said; empty where the last event names none.</summary>
    public ReadOnlySpan<byte> TranscriptionModel => _reader.TranscriptionModel;

    /// <summary>
    /// The last event's usage: <see cref="UsageCertainty.Exact"/>, or <see cref="UsageCertainty.Unknown"/> with the reason.
    /// </summary>
    public Usage Usage => _reader.ToUsage();

    /// <summary>Reads the next piece of a message.</summary>
    /// <param name="bytes">The piece.</param>
    /// <param name="isLast">Does the message end with it?</param>
    /// <returns>The event, once: with the piece that completes its object.</returns>
    public RealtimeEvent Scan(ReadOnlySpan<byte> bytes, bool isLast)
    {
        if (!_isInside)
        {
            _isInside = true;
            _reader.Begin();
            _json.Start(Node.Root);
        }

        var found = RealtimeEvent.None;
        if (_json.IsOpen)
        {
            _json.Scan(ref _reader, bytes);
            found = _json.IsComplete ? _reader.Event : RealtimeEvent.None;
        }

        _isInside = !isLast;
        return found;
    }
}
