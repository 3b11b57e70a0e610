using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Lava.Metering.Scanning;

/// <summary>
/// Reads what a request will cost at most out of its body, in one pass, and proves the whole body to be valid JSON: what is forwarded
/// can't be read in two ways. A field that matters may stand there once only, because parsers differ in which of two they take.
/// </summary>
public ref partial struct RequestPeek
{
    /// <summary>Deepest nesting. JSON Schemas of tools reach some 50; Go's parser, the laxest in wide use, stops at 10,000.</summary>
    public const int DepthMax = 512;

    /// <summary>Longest model name, in bytes: an inference profile's ARN has about 120.</summary>
    public const int ModelBytesMax = 256;

    /// <summary>Most answers in one request: OpenAI's own limit for n.</summary>
    public const int ChoicesMax = 128;

    /// <summary>Most prompts in one request: OpenAI's own limit for arrays of inputs.</summary>
    public const int PromptsMax = 2048;

    /// <summary>Web searches of a request that sets no limit to them: some more than research models are known to make.</summary>
    public const int WebSearchesMax = 32;

    /// <summary>Largest sensible limit on output tokens: a thousand times what any model makes.</summary>
    public const long OutputTokensMax = 1_000_000_000;

    // A larger limit of a request's own is as good as none.
    private const int WebSearchesLimit = 1000;

    // Longer keys are none that matter, even with every byte escaped: 24 bytes (include_usage … max_completion_tokens) × 6.
    private const int EscapedKeyMax = 160;

    private readonly ReadOnlySpan<byte> _body;
    private readonly ApiFormat _format;
    private JsonCursor _cursor;
    private Brackets _arrays;
    private RequestFacts _facts;
    private PeekOutcome _outcome;
    private RequestField _parent;
    private bool _isEmpty;
    private uint _seen;
    private int _depth;
    private int _searches;
    private int? _toolCallsMax;
    private int? _toolUsesMax;
    private bool _isSearchTool;
    private int _parentStart;

    private RequestPeek(ReadOnlySpan<byte> body, ApiFormat format)
    {
        _body = body;
        _format = format;
        _cursor = new JsonCursor(body);
    }

    /// <summary>Reads a body. Unless it is <see cref="PeekOutcome.Ok"/>, only <see cref="RequestFacts.Field"/> holds.</summary>
    public static PeekOutcome Peek(ReadOnlySpan<byte> body, ApiFormat format, out RequestFacts facts)
    {
        var peek = new RequestPeek(body, format);
        var outcome = peek.ReadBody();
        facts = peek._facts;
        return outcome;
    }

    private PeekOutcome ReadBody()
    {
        if (!Utf8.IsValid(_body))
        {
            return PeekOutcome.InvalidUtf8;
        }

        if (_cursor.Peek() != '{')
        {
            return _cursor.Position < _body.Length && _cursor.TrySkipValue() ? PeekOutcome.NotAnObject : PeekOutcome.NotJson;
        }

        _facts.BodyStart = _cursor.Position + 1;
        var goesOn = ReadValue(RequestField.None, default);
        while (goesOn && _depth > 0)
        {
            goesOn = ReadNext();
        }

        if (!goesOn)
        {
            return _outcome == PeekOutcome.Ok ? PeekOutcome.NotJson : _outcome;
        }

        _facts.WebSearches = CountSearches();
        _cursor.Peek();
        return _cursor.Position == _body.Length ? PeekOutcome.Ok : PeekOutcome.NotJson;
    }

    // Inside an object or array: its end or its next value. Nesting is a loop, not a recursion.
    private bool ReadNext()
    {
        var isArray = IsArray;
        var isFirst = _isEmpty;
        _isEmpty = false;
        if (_cursor.Peek() == (isArray ? ']' : '}'))
        {
            _cursor.Advance();
            Close();
            return true;
        }

        if (!isFirst && !_cursor.TryTake((byte)','))
        {
            return false;
        }

        if (!isArray)
        {
            return ReadMember();
        }

        return (_depth != 2 || _parent != RequestField.Prompt || TryCountPrompt()) && ReadValue(RequestField.None, default);
    }

    private bool ReadMember()
    {
        if (!_cursor.TryTakeString(out var content, out var hasEscapes) || !_cursor.TryTake((byte)':'))
        {
            return false;
        }

        var key = content.Of(_body);
        if (hasEscapes)
        {
            Span<byte> unescaped = stackalloc byte[EscapedKeyMax];
            return ReadMember(JsonText.Unescape(key, unescaped));
        }

        return ReadMember(key);
    }

    private bool ReadMember(scoped ReadOnlySpan<byte> key)
    {
        var isKnown = _depth == 1 || (_depth == 2 && _parent != RequestField.None);
        _facts.MayNameOtherModels |= OtherModels.MayBeIn(_depth, _parent == RequestField.Tools, key);
        var field = isKnown ? RequestFields.Find(_format, _depth == 1 ? RequestField.None : _parent, key) : RequestField.None;
        return (field == RequestField.None || IsFirst(field)) && ReadValue(field, key);
    }

    private bool ReadValue(RequestField field, scoped ReadOnlySpan<byte> key)
    {
        switch (_cursor.Peek())
        {
            case (byte)'"':
                return ReadString(field, key);
            case (byte)'{':
                TakeObject(key);
                return Open(field, isArray: false);
            case (byte)'[':
                return Open(field, isArray: true);
            default:
                if (!_cursor.TryTakeScalar(out var token))
                {
                    return false;
                }

                if (_parent == RequestField.Tools)
                {
                    TakeToolLimit(key, token);
                }

                return field == RequestField.None || Take(field, token);
        }
    }

    private bool ReadString(RequestField field, scoped ReadOnlySpan<byte> key)
    {
        if (!_cursor.TryTakeString(out var content, out var hasEscapes))
        {
            return false;
        }

        if (field == RequestField.None)
        {
            _facts.RemoteContent |= !_facts.RemoteContent && RemoteReference.IsText(key, content.Of(_body));
            if (_parent == RequestField.Tools)
            {
                TakeToolType(key, content);
            }

            return true;
        }

        if (field is RequestField.ServiceTier or RequestField.Speed)
        {
            TakeTier(field, content.Of(_body));
            return true;
        }

        if (field is RequestField.Prompt or RequestField.Tools)
        {
            return true;
        }

        if (field != RequestField.Model || content.Length is 0 or > ModelBytesMax)
        {
            return Reject(field);
        }

        _facts.Model = content;
        _facts.ModelHasEscapes = hasEscapes;
        return true;
    }

    private bool Open(RequestField field, bool isArray)
    {
        var mayOpen = field switch
        {
            RequestField.None or RequestField.Tools or RequestField.Prompt => true,
            RequestField.StreamOptions or RequestField.GenerationConfig or RequestField.Metadata => !isArray,
            _ => !isArray && IsBedrockObject(field),
        };
        if (!mayOpen)
        {
            return Reject(field);
        }

        if (_depth == DepthMax)
        {
            _outcome = PeekOutcome.TooDeep;
            return false;
        }

        if (_depth == 1)
        {
            _parent = field;
            _parentStart = _cursor.Position;
        }

        var bit = 1ul << (_depth & 63);
        ref var word = ref _arrays[_depth >> 6];
        word = isArray ? word | bit : word & ~bit;
        _depth++;
        _cursor.Advance();
        _isEmpty = true;
        return true;
    }

    private void Close()
    {
        _depth--;
        if (_parent == RequestField.Tools && _depth <= 2)
        {
            EndTool();
        }

        if (_depth != 1)
        {
            return;
        }

        var range = new ByteRange(_parentStart, _cursor.Position - _parentStart);
        if (_parent == RequestField.StreamOptions)
        {
            _facts.StreamOptions = range;
        }
        else if (_parent == RequestField.GenerationConfig
            || (_parent == RequestField.InferenceConfig && _format == ApiFormat.BedrockConverse))
        {
            _facts.GenerationConfig = range;
        }

        _parent = RequestField.None;
    }

    private bool IsFirst(RequestField field)
    {
        var bit = 1u << (int)field;
        if ((_seen & bit) != 0)
        {
            return Reject(field);
        }

        _seen |= bit;
        return true;
    }

    private bool Reject(RequestField field)
    {
        _facts.Field = field;
        _outcome = PeekOutcome.WrongType;
        return false;
    }

    private static bool IsBedrockObject(RequestField field) =>
        field is RequestField.InferenceConfig or RequestField.ModelFields or RequestField.TextConfig;

    private readonly bool IsArray => (_arrays[(_depth - 1) >> 6] & (1ul << ((_depth - 1) & 63))) != 0;

    [InlineArray(DepthMax / 64)]
    private struct Brackets
    {
        private ulong _first;
    }
}
