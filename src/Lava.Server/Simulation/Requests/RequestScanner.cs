using System.Buffers;
using System.Text.Json;

namespace Lava.Server.Simulation.Requests;

/// <summary>
/// Reads <see cref="RequestFacts"/> out of a body in one pass, without building a document. Text is every string that stands,
/// under a text field of the request, behind the name <c>content</c>, <c>text</c>, <c>input</c>, <c>prompt</c>, <c>system</c> or
/// <c>instructions</c>.
/// </summary>
internal ref struct RequestScanner
{
    private readonly Provider _provider;
    private readonly RequestFacts _facts;
    private Utf8JsonReader _reader;
    private RequestField _field;
    private bool _isText;
    private bool _isNested;

    private RequestScanner(Provider provider, ReadOnlySpan<byte> body, RequestFacts facts)
    {
        _provider = provider;
        _facts = facts;
        _reader = new Utf8JsonReader(body);
    }

    /// <returns>False when the body is not one JSON object.</returns>
    public static bool TryScan(Provider provider, ReadOnlySpan<byte> body, RequestFacts facts)
    {
        var scanner = new RequestScanner(provider, body, facts);
        try
        {
            return scanner.Scan();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool Scan()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (_reader.Read())
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    TakeName();
                    break;
                case JsonTokenType.String:
                    TakeString();
                    break;
                case JsonTokenType.Number:
                    TakeNumber();
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    TakeFlag(_reader.TokenType == JsonTokenType.True);
                    break;
                case JsonTokenType.StartArray when _field == RequestField.Input && _reader.CurrentDepth == 2:
                    _facts.Inputs++;
                    break;
            }
        }

        return true;
    }

    private void TakeName()
    {
        _isText = RequestFields.IsText(ref _reader);
        if (_reader.CurrentDepth > 1)
        {
            // Below the second level only text matters: maxOutputTokens and include_usage stand exactly there.
            _isNested = _reader.CurrentDepth == 2 && IsNestedSetting();
            return;
        }

        _isNested = false;
        _field = RequestFields.Classify(ref _reader);
        _facts.HasText |= _field is RequestField.Text or RequestField.Input;
        _facts.HasStreamOptions |= _field == RequestField.StreamOptions;
        if (_facts.UnknownField is null && !RequestFields.IsAccepted(_provider, ref _reader))
        {
            _facts.UnknownField = _reader.GetString();
        }
    }

    private bool IsNestedSetting()
    {
        if (_field == RequestField.StreamOptions && _reader.ValueTextEquals("include_usage"u8))
        {
            return _facts.NamesIncludeUsage = true;
        }

        return _field == RequestField.GenerationConfig
            && (_reader.ValueTextEquals("maxOutputTokens"u8) || _reader.ValueTextEquals("max_output_tokens"u8));
    }

    private void TakeString()
    {
        switch (_field)
        {
            case RequestField.Model when _reader.CurrentDepth == 1:
                var start = (int)_reader.TokenStartIndex + 1;
                _facts.Model = start..(start + _reader.ValueSpan.Length);
                _facts.HasModel = true;
                break;
            case RequestField.EncodingFormat when _reader.CurrentDepth == 1:
                _facts.Base64 = _reader.ValueTextEquals("base64"u8);
                break;
            case RequestField.Text or RequestField.Input when _isText:
                CountWords();
                break;
        }
    }

    private void CountWords()
    {
        _facts.Inputs += _field == RequestField.Input && _reader.CurrentDepth <= 2 ? 1 : 0;
        if (!_reader.ValueIsEscaped)
        {
            _facts.Words += WordCount.Of(_reader.ValueSpan);
            return;
        }

        // An escaped line feed separates words only once it is unescaped.
        var text = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length);
        _facts.Words += WordCount.Of(text.AsSpan(0, _reader.CopyString(text)));
        ArrayPool<byte>.Shared.Return(text);
    }

    private void TakeNumber()
    {
        if (_field == RequestField.Input && _reader.CurrentDepth is 2 or 3)
        {
            // Token ids: a list of them is one input, a list of lists was counted by its brackets.
            _facts.Words++;
            _facts.Inputs = _reader.CurrentDepth == 2 ? 1 : _facts.Inputs;
        }
        else if (_field == RequestField.MaxTokens || (_field == RequestField.GenerationConfig && _isNested))
        {
            _facts.MaxTokens = _reader.TryGetInt64(out var max) ? max : null;
        }
        else if (_field == RequestField.Dimensions)
        {
            _facts.Dimensions = _reader.TryGetInt64(out var dimensions) ? dimensions : null;
        }
    }

    private readonly void TakeFlag(bool value)
    {
        if (_field == RequestField.Stream && _reader.CurrentDepth == 1)
        {
            _facts.Stream = value;
        }
        else if (_field == RequestField.StreamOptions && _isNested)
        {
            _facts.IncludeUsage = value;
        }
    }
}
