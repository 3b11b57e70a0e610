namespace Lava.Metering.Scanning;

/// <summary>
/// Reads model, usage and the end out of a response while its bytes pass. It takes them in any pieces, keeps a few hundred bytes of
/// state whatever comes, allocates nothing after its construction and never throws on any input. One response at a time, from one
/// thread at a time; <see cref="Reset"/> starts the next.
/// </summary>
public sealed class ResponseScanner
{
    private readonly ResponseFacts _facts = new();
    private ApiFormat _format;
    private SseScanner _sse;
    private JsonPathScanner _json;
    private OpenAiChatReader _chat;
    private OpenAiResponsesReader _responses;
    private AnthropicReader _anthropic;
    private GeminiReader _gemini;

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
    public Usage Usage => _format switch
    {
        ApiFormat.OpenAiChat => _chat.ToUsage(),
        ApiFormat.OpenAiResponses => _responses.ToUsage(),
        ApiFormat.AnthropicMessages => _anthropic.ToUsage(),
        ApiFormat.Gemini => _gemini.ToUsage(),
        _ => default,
    };

    /// <summary>Forgets everything and expects a response of this format. <see cref="ApiFormat.None"/> reads nothing.</summary>
    public void Reset(ApiFormat format, ResponseFraming framing)
    {
        _format = format;
        _facts.Reset(framing);
        _sse = default;
        _json = default;
        switch (format)
        {
            case ApiFormat.OpenAiChat:
                _chat = new OpenAiChatReader(_facts);
                break;
            case ApiFormat.OpenAiResponses:
                _responses = new OpenAiResponsesReader(_facts);
                break;
            case ApiFormat.AnthropicMessages:
                _anthropic = new AnthropicReader(_facts);
                break;
            case ApiFormat.Gemini:
                _gemini = new GeminiReader(_facts);
                break;
        }

        if (framing == ResponseFraming.Json)
        {
            _json.Start(Node.Root);
        }
    }

    /// <summary>Reads the body's next bytes.</summary>
    public void Scan(ReadOnlySpan<byte> bytes)
    {
        switch (_format)
        {
            case ApiFormat.OpenAiChat:
                Scan(ref _chat, bytes);
                break;
            case ApiFormat.OpenAiResponses:
                Scan(ref _responses, bytes);
                break;
            case ApiFormat.AnthropicMessages:
                Scan(ref _anthropic, bytes);
                break;
            case ApiFormat.Gemini:
                Scan(ref _gemini, bytes);
                break;
        }
    }

    /// <summary>The body has ended as it should (not: was aborted). An event without its blank line counts.</summary>
    public void EndOfBody()
    {
        _facts.HasEnded = true;
        switch (_format)
        {
            case ApiFormat.OpenAiChat:
                End(ref _chat);
                break;
            case ApiFormat.OpenAiResponses:
                End(ref _responses);
                break;
            case ApiFormat.AnthropicMessages:
                End(ref _anthropic);
                break;
            case ApiFormat.Gemini:
                End(ref _gemini);
                break;
        }
    }

    private void Scan<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes)
        where TReader : struct, IResponseReader
    {
        if (_facts.Framing == ResponseFraming.Sse)
        {
            _sse.Scan(ref reader, ref _json, _facts, bytes);
            return;
        }

        _json.Scan(ref reader, bytes);
        _facts.IsTerminal |= _json.IsComplete;
    }

    private void End<TReader>(ref TReader reader)
        where TReader : struct, IResponseReader
    {
        if (_facts.Framing == ResponseFraming.Sse)
        {
            _sse.End(ref reader, ref _json, _facts);
        }
        else if (_json.IsOpen)
        {
            reader.Drop();
            _json.Stop();
        }
    }
}
