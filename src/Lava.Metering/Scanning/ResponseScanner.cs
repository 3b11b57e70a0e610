using System.Buffers;

namespace Lava.Metering.Scanning;

/// <summary>
/// Reads model, usage and the end out of a response while its bytes pass. It takes them in any pieces, keeps a few hundred bytes of
/// state whatever comes, allocates nothing after its construction and never throws on any input. One response at a time, from one
/// thread at a time; <see cref="Reset"/> starts the next.
/// </summary>
public sealed class ResponseScanner
{
    /// <summary>Bytes of a response's id that are kept: one that fills them may have been longer.</summary>
    public const int IdBytesMax = BoundedText.Capacity;

    // An empty collection expression would be a new list each time.
    private static readonly ModelUsage[] OneModel = [];
    private static readonly int FormatsMax = (int)Enum.GetValues<ApiFormat>().Max() + 1;
    private static readonly SearchValues<byte> Blanks = SearchValues.Create([.. " \t\r\n"u8, 0xEF, 0xBB, 0xBF]);
    private readonly ResponseFacts _facts = new();

    // Made when a response of the format first comes: a pooled call serves few.
    private readonly FormatScanner?[] _scanners = new FormatScanner?[FormatsMax];
    private FormatScanner? _scanner;

    /// <summary>
    /// Is the response logically complete: its usage is final and nothing of weight follows? <c>[DONE]</c>, the last event of a
    /// Responses or Anthropic stream, the end of a JSON value. A Gemini stream ends only with its body.
    /// </summary>
    public bool IsTerminal => _facts.IsTerminal;

    /// <summary>Is it an error, although its status is 200? An error object, an error event, response.failed.</summary>
    public bool IsError => _facts.IsError;

    /// <summary>Bytes of generated text so far, UTF-8, unescaped: what an estimate goes by when the figures are missing.</summary>
    public long OutputTextBytes => _facts.OutputTextBytes;

    /// <summary>The served model, at most 128 bytes; empty when the response named none. Valid until <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> Model => _facts.Model;

    /// <summary>The provider's id of the response, at most 128 bytes; empty when there is none. Valid until <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> ResponseId => _facts.ResponseId;

    /// <summary>
    /// The usage so far. <see cref="UsageCertainty.Exact"/>: the format's final figures of a response that is complete.
    /// <see cref="UsageCertainty.Partial"/>: figures were seen, but not the final ones. <see cref="UsageCertainty.Unknown"/>: none, or
    /// absurd ones; <see cref="OutputTextBytes"/> may still help.
    /// </summary>
    public Usage Usage => _scanner?.ToUsage() ?? new Usage { Reason = UsageReason.Missing };

    /// <summary>The tier at which the provider says it served the call.</summary>
    public ServiceTier ServiceTier => _facts.ServiceTier;

    /// <summary>Does the provider say it served the call in a region that has a price of its own?</summary>
    public bool IsRegional => _facts.IsRegional;

    /// <summary>
    /// The usage by model, where the answer tells that several models did the call; else empty. For each its own final counts.
    /// </summary>
    public IReadOnlyList<ModelUsage> ByModel => _facts.ByModel is { } parts ? parts : OneModel;

    /// <summary>How far the asynchronous job is whose state the answer tells.</summary>
    public JobState Job => _facts.Job;

    /// <summary>What was found besides usage.</summary>
    internal ResponseFacts Facts => _facts;

    /// <summary>Forgets everything and expects a response of this format.</summary>
    /// <param name="format">The format; <see cref="ApiFormat.None"/> reads nothing.</param>
    /// <param name="framing">How the values of its body follow each other.</param>
    /// <param name="fields">The endpoint's own table, for <see cref="ApiFormat.Fields"/>.</param>
    public void Reset(ApiFormat format, ResponseFraming framing, FieldTable? fields = null)
    {
        _facts.Reset(framing);
        _facts.Fields = fields;
        _scanner = _scanners[(int)format] ??= FormatScanners.Create(format, _facts);
        _scanner?.Reset();
    }

    /// <summary>Takes an answer's header that counts, as the endpoint's table names it. A malformed one makes the usage unknown.</summary>
    public void TakeHeader(FieldRole role, ReadOnlySpan<char> value) => _facts.TakeHeader(role, value);

    /// <summary>Reads the body's next bytes.</summary>
    public void Scan(ReadOnlySpan<byte> bytes)
    {
        if (_facts.Framing == ResponseFraming.ByShape)
        {
            bytes = SkipToShape(bytes);
        }

        if (!bytes.IsEmpty)
        {
            _scanner?.Scan(bytes);
        }
    }

    /// <summary>The body has ended as it should (not: was aborted). An event without its blank line counts.</summary>
    public void EndOfBody()
    {
        _facts.HasEnded = true;
        _scanner?.End();
    }

    private ReadOnlySpan<byte> SkipToShape(ReadOnlySpan<byte> bytes)
    {
        // Blanks, and a byte order mark's three bytes.
        var at = bytes.IndexOfAnyExcept(Blanks);
        if (at < 0)
        {
            return default;
        }

        _facts.Framing = ResponseFramings.OfShape(bytes[at]);
        _scanner?.Reset();
        return bytes[at..];
    }
}
