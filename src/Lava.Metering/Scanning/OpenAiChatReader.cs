namespace Lava.Metering.Scanning;

/// <summary>
/// OpenAI chat completions, completions and embeddings, and the providers that speak them. Usage stands at the top, in
/// <c>choices[0]</c> (Moonshot) or in <c>x_groq</c>; the last one that is not null wins, they are never added.
/// </summary>
internal struct OpenAiChatReader(ResponseFacts facts) : IResponseReader
{
    private const byte Choices = Node.First;
    private const byte Choice = Node.First + 1;
    private const byte Delta = Node.First + 2;
    private const byte ToolCalls = Node.First + 3;
    private const byte ToolCall = Node.First + 4;
    private const byte Function = Node.First + 5;
    private const byte FinishReason = Node.First + 6;
    private const byte Groq = Node.First + 7;
    private const byte InputDetails = Node.First + 8;
    private const byte OutputDetails = Node.First + 9;
    private const byte BaseResponse = Node.First + 10;
    private const byte StatusCode = Node.First + 11;

    private UsageTally _object;
    private UsageTally _event;
    private UsageTally _usage;
    private bool _inUsage;
    private bool _eventHasUsage;
    private bool _eventHasChoice;
    private bool _eventFinished;
    private bool _isFinished;
    private bool _isLastChunk;
    private bool _isCut;

    /// <inheritdoc/>
    public static byte DeltaNode => Delta;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => RootMember(key),
        Choice => ChoiceMember(key),
        Delta => DeltaMember(key),
        Node.Usage => UsageMember(key),
        InputDetails => OpenAiTokenDetails.Input(key),
        OutputDetails => OpenAiTokenDetails.Output(key),
        ToolCall => key.SequenceEqual("function"u8) ? Function : Node.None,
        Function => key.SequenceEqual("arguments"u8) ? Node.Text : Node.None,
        Node.TextPart => key.SequenceEqual("text"u8) || key.SequenceEqual("thinking"u8) ? Node.Text : Node.None,
        Node.Cost => key.SequenceEqual("total_cost"u8) ? Node.Cost : Node.None,
        Groq => key.SequenceEqual("usage"u8) ? Node.Usage : Node.None,
        BaseResponse => key.SequenceEqual("status_code"u8) ? StatusCode : Node.None,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Choices => Choice,
        ToolCalls => ToolCall,
        Node.Text => Node.TextPart,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                _object = default;
                _inUsage = true;
                break;
            case Choice:
                _eventHasChoice = true;
                break;
            case Node.Error:
                facts.IsError = true;
                break;
        }
    }

    /// <inheritdoc/>
    public void EndObject(byte node)
    {
        if (node == Node.Usage)
        {
            _inUsage = false;
            if (_object.HasTokens || _object.IsInsane)
            {
                _event = _object;
                _eventHasUsage = true;
            }
        }
    }

    /// <inheritdoc/>
    public readonly void BeginString(byte node) => facts.BeginString(node);

    /// <inheritdoc/>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        _eventFinished |= node == FinishReason;
        facts.AppendString(node, bytes);
    }

    /// <inheritdoc/>
    public readonly void EndString(byte node) => facts.EndString(node);

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number)
    {
        if (node == StatusCode)
        {
            facts.IsError |= !number.TryGetCount(out var code) || code != 0;
            return;
        }

        _object.Take(node, number);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        if (_eventHasUsage)
        {
            _usage = _event;
            _isLastChunk = !_eventHasChoice && facts.Framing == ResponseFraming.Sse;
        }

        _isFinished |= _eventFinished;
        facts.CountEvent();
        ClearEvent();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        _isCut |= _inUsage || _eventHasUsage;
        facts.Drop();
        ClearEvent();
    }

    /// <inheritdoc/>
    public readonly Usage ToUsage()
    {
        if (_usage.IsInsane || !_usage.HasTokens)
        {
            return default;
        }

        var usage = default(Usage);
        usage.InputTokens = _usage.Has(Count.Input) ? _usage[Count.Input] : _usage[Count.Total];
        usage.OutputTokens = _usage[Count.Output];
        usage.ReasoningOutputTokens = _usage[Count.Reasoning];

        // xAI's chat, Gemini's compatible endpoint and Perplexity leave reasoning out of completion_tokens; only the total has it.
        var hidden = _usage[Count.Total] - usage.InputTokens - usage.OutputTokens;
        if (hidden > 0 && _usage.Has(Count.Output))
        {
            usage.OutputTokens += hidden;
            usage.ReasoningOutputTokens = Math.Max(usage.ReasoningOutputTokens, hidden);
        }

        usage.CachedInputTokens = Math.Max(_usage[Count.Cached], _usage[Count.CachedElsewhere]);
        if (usage.CachedInputTokens > usage.InputTokens)
        {
            // xAI has sent 4,328 cached of 4,142: the cached ones were not among them.
            usage.InputTokens += usage.CachedInputTokens;
        }

        usage.CacheWriteInputTokens = _usage[Count.CacheWrite];
        usage.AudioInputTokens = _usage[Count.AudioInput];
        usage.AudioOutputTokens = _usage[Count.AudioOutput];
        usage.ImageInputTokens = _usage[Count.ImageInput];
        usage.ImageOutputTokens = _usage[Count.ImageOutput];
        usage.ProviderCost = _usage.Cost;
        return UsageBounds.Apply(usage, IsExact);
    }

    // Without [DONE] (Writer, Perplexity) the end is the chunk without choices, or the end of the body after a finish reason.
    private readonly bool IsExact => !_isCut && (facts.IsTerminal || _isLastChunk || (facts.HasEnded && _isFinished));

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 when key.SequenceEqual("id"u8) => Node.Id,
        5 when key.SequenceEqual("model"u8) => Node.Model,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        5 when key.SequenceEqual("error"u8) => Node.Error,
        6 when key.SequenceEqual("x_groq"u8) => Groq,
        7 when key.SequenceEqual("choices"u8) => Choices,
        9 when key.SequenceEqual("base_resp"u8) => BaseResponse,
        _ => Node.None,
    };

    private static byte ChoiceMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("text"u8) => Node.Text,
        5 when key.SequenceEqual("delta"u8) => Delta,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        7 when key.SequenceEqual("message"u8) => Delta,
        13 when key.SequenceEqual("finish_reason"u8) => FinishReason,
        _ => Node.None,
    };

    private static byte DeltaMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        7 when key.SequenceEqual("content"u8) || key.SequenceEqual("refusal"u8) => Node.Text,
        9 when key.SequenceEqual("reasoning"u8) => Node.Text,
        10 when key.SequenceEqual("tool_calls"u8) => ToolCalls,
        13 when key.SequenceEqual("function_call"u8) => Function,
        17 when key.SequenceEqual("reasoning_content"u8) => Node.Text,
        _ => Node.None,
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("cost"u8) => Node.Cost,
        12 when key.SequenceEqual("total_tokens"u8) => UsageTally.NodeOf(Count.Total),
        13 when key.SequenceEqual("prompt_tokens"u8) => UsageTally.NodeOf(Count.Input),
        13 when key.SequenceEqual("cached_tokens"u8) => UsageTally.NodeOf(Count.CachedElsewhere),
        14 when key.SequenceEqual("estimated_cost"u8) => Node.Cost,
        16 when key.SequenceEqual("reasoning_tokens"u8) => UsageTally.NodeOf(Count.Reasoning),
        17 when key.SequenceEqual("completion_tokens"u8) => UsageTally.NodeOf(Count.Output),
        17 when key.SequenceEqual("num_cached_tokens"u8) => UsageTally.NodeOf(Count.CachedElsewhere),
        17 when key.SequenceEqual("cost_in_usd_ticks"u8) => Node.CostTicks,
        20 when key.SequenceEqual("prompt_token_details"u8) => InputDetails,
        21 when key.SequenceEqual("prompt_tokens_details"u8) => InputDetails,
        23 when key.SequenceEqual("prompt_cache_hit_tokens"u8) => UsageTally.NodeOf(Count.CachedElsewhere),
        25 when key.SequenceEqual("completion_tokens_details"u8) => OutputDetails,
        _ => Node.None,
    };

    private void ClearEvent()
    {
        _inUsage = false;
        _eventHasUsage = false;
        _eventHasChoice = false;
        _eventFinished = false;
    }
}
