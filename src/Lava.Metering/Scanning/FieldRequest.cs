using System.Text.Unicode;
using Lava.Metering.Catalog;

namespace Lava.Metering.Scanning;

/// <summary>
/// Takes what a request says by its endpoint's table, whatever the form of its body. A field that counts stands once only.
/// </summary>
internal ref struct FieldRequest(ReadOnlySpan<byte> body, FieldTree tree)
{
    // What a text costs where the provider counts tokens and does not tell them: four bytes of UTF-8 each, a rule of thumb for English.
    private const int EstimatedBytesPerToken = 4;

    private readonly ReadOnlySpan<byte> _body = body;
    private readonly FieldTree _tree = tree;
    private FieldTally _tally;
    private ulong _seen;
    private long _recorded;
    private bool _isEstimate;

    /// <summary>What was found so far.</summary>
    public RequestFacts Facts;

    /// <summary>Why the last field was refused.</summary>
    public PeekOutcome Outcome { get; private set; }

    /// <summary>
    /// May the node's field be taken? One that is no array's may stand there once: parsers differ in which of two they take.
    /// </summary>
    public bool TryBegin(byte node)
    {
        if (_tree[node].IsRepeated)
        {
            return true;
        }

        var bit = 1ul << (node - Node.First);
        if ((_seen & bit) != 0)
        {
            return Refuse(node);
        }

        _seen |= bit;
        return true;
    }

    /// <summary>Takes a text.</summary>
    /// <param name="node">Where it stands.</param>
    /// <param name="range">Where in the body it is, without quotes.</param>
    /// <param name="hasEscapes">Does it have escapes of JSON?</param>
    /// <returns>False where it is no text that may stand there, see <see cref="Outcome"/>.</returns>
    public bool TryTakeText(byte node, ByteRange range, bool hasEscapes)
    {
        var text = range.Of(_body);
        ref readonly var field = ref _tree[node];
        switch (field.Role)
        {
            case FieldRole.None:
                return true;
            case FieldRole.Model:
                // Of several (AssemblyAI's speech_models) the first is tried first.
                Facts.ModelHasEscapes = Facts.Model.IsPresent ? Facts.ModelHasEscapes : hasEscapes;
                Facts.Model = Facts.Model.IsPresent ? Facts.Model : range;
                return text.Length is > 0 and <= RequestPeek.ModelBytesMax ? IsUtf8(text) : Refuse(node);
            case FieldRole.Recording:
                Facts.HasRecording |= !text.IsEmpty;
                return true;
            case FieldRole.InputCharacters:
                _tally.Add(field.Place, CodePoints.Count(text, hasEscapes));
                return IsUtf8(text);
            case FieldRole.InputTokens:
                _isEstimate = true;
                _tally.Add(field.Place, (text.Length + EstimatedBytesPerToken - 1) / EstimatedBytesPerToken);
                return true;
            case FieldRole.Stream:
                return TryTakeFlag(node, text);
            default:
                // What the provider is to choose is not known here.
                return text.IsEmpty || text.SequenceEqual("auto"u8) || TryTakeNumber(node, text);
        }
    }

    /// <summary>Takes a number, true, false or null.</summary>
    public bool TryTakeScalar(byte node, ReadOnlySpan<byte> token) => token[0] switch
    {
        (byte)'n' => true,
        (byte)'t' or (byte)'f' => TryTakeFlag(node, token),
        _ => _tree[node].Role == FieldRole.None || TryTakeNumber(node, token),
    };

    /// <summary>An object or an array begins, of which the table knows nothing more.</summary>
    public bool TryTakeContainer(byte node)
    {
        ref readonly var field = ref _tree[node];
        Facts.HasRecording |= field.Role == FieldRole.Recording;
        return field.Role is FieldRole.None or FieldRole.Recording || field.Element != Node.None || Refuse(node);
    }

    /// <summary>Takes an uploaded recording.</summary>
    public void TakeRecording(ReadOnlySpan<byte> file)
    {
        Facts.HasRecording = true;
        _recorded = Math.Min(_recorded + AudioLength.Measure(file, out var isExact), Usage.MaxCount);
        _isEstimate |= !isExact;
    }

    /// <summary>All was taken: what it comes to, for each of the choices.</summary>
    public PeekOutcome Complete(ProviderEndpoint endpoint)
    {
        var counts = _tree.Sum(_tally);
        counts.OfferAll(endpoint.Counts);
        if (_tally.IsInsane || !counts.TryMultiply(Facts.Choices))
        {
            return PeekOutcome.WrongType;
        }

        if (_recorded > 0)
        {
            counts.Offer(FieldRole.InputSeconds, _recorded);
        }

        if (!counts.TryGetUsage(out var usage))
        {
            return PeekOutcome.WrongType;
        }

        usage.Certainty = !counts.HasAny ? UsageCertainty.Unknown : _isEstimate ? UsageCertainty.Partial : UsageCertainty.Exact;
        Facts.Counts = usage;
        return PeekOutcome.Ok;
    }

    private bool TryTakeFlag(byte node, ReadOnlySpan<byte> text)
    {
        if (_tree[node].Role is FieldRole.None or FieldRole.Recording)
        {
            return true;
        }

        var isTrue = text.SequenceEqual("true"u8) || text.SequenceEqual("True"u8);
        if (_tree[node].Role != FieldRole.Stream || !(isTrue || text.SequenceEqual("false"u8) || text.SequenceEqual("False"u8)))
        {
            return Refuse(node);
        }

        Facts.Stream = isTrue;
        return true;
    }

    private bool TryTakeNumber(byte node, ReadOnlySpan<byte> text)
    {
        ref readonly var field = ref _tree[node];
        var number = FieldText.ReadNumber(text);
        switch (field.Role)
        {
            case FieldRole.Choices:
                Facts.Choices = number.TryGetCount(out var choices) ? (int)Math.Min(choices, int.MaxValue) : 0;
                return choices is > 0 and <= RequestPeek.ChoicesMax || Refuse(node);
            case FieldRole.MaxOutputTokens:
                var isLimit = number.TryGetCount(out var limit) && limit <= RequestPeek.OutputTokensMax;
                Facts.MaxOutputTokens = Math.Max(Facts.MaxOutputTokens ?? 0, limit);
                return isLimit || Refuse(node);
            default:
                if (field.Place == FieldNode.NoPlace || !_tree.Places[field.Place].TryRead(number, out var value))
                {
                    return Refuse(node);
                }

                _tally.Add(field.Place, value);
                return true;
        }
    }

    private bool IsUtf8(ReadOnlySpan<byte> text)
    {
        var isValid = Utf8.IsValid(text);
        Outcome = isValid ? Outcome : PeekOutcome.InvalidUtf8;
        return isValid;
    }

    private bool Refuse(byte node)
    {
        Outcome = PeekOutcome.WrongType;
        ref readonly var field = ref _tree[node];
        Facts.FieldPath = field.Path;
        Facts.Field = field.Role switch
        {
            FieldRole.Model => RequestField.Model,
            FieldRole.Stream => RequestField.Stream,
            _ => RequestField.None,
        };
        return false;
    }
}
