namespace Lava.Metering.Scanning;

/// <summary>
/// The body of an answer to Bedrock's invoke, or one piece of a stream. Which vendor's it is, its members tell: a model's ARN hides the
/// vendor. Anthropic's is read by <see cref="AnthropicReader"/>; Meta, Amazon's Titan and Nova have counts of their own; the others say
/// nothing, and the answer's headers count, or in a stream the last piece's <c>amazon-bedrock-invocationMetrics</c>. Those repeat what a
/// body says and are taken only for what it left out.
/// </summary>
internal struct BedrockInvokeBody(ResponseFacts facts) : IResponseReader
{
    // AnthropicReader's nodes go up from Node.First, its counts from Node.Counts: these lie between and above.
    private const byte Metrics = 80;
    private const byte Items = 81;
    private const byte Item = 82;
    private const byte ItemMessage = 83;
    private const byte ItemTokens = 200;
    private const byte Output = 85;
    private const byte OutputMessage = 86;
    private const byte Parts = 87;
    private const byte Event = 88;
    private const byte Metadata = 89;
    private const byte Stop = 90;
    private const byte Images = 91;
    private const byte Image = 92;
    private const byte OwnCounts = Node.OwnCounts;

    private AnthropicReader _anthropic = new(facts);
    private UsageTally _event;
    private UsageTally _eventItems;
    private UsageTally _eventMetrics;
    private UsageTally _usage;
    private UsageTally _metrics;
    private bool _inMetrics;
    private bool _eventStopped;
    private bool _isStopped;

    /// <inheritdoc/>
    public static byte DeltaNode => Node.None;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key)
    {
        var own = node switch
        {
            Node.Root => RootMember(key),
            Node.Usage => UsageMember(key),
            Metrics => MetricsMember(key),
            Item or ItemMessage => ItemMember(key),
            Output => key.SequenceEqual("message"u8) ? OutputMessage : Node.None,
            OutputMessage => key.SequenceEqual("content"u8) ? Parts : Node.None,
            Event => key.SequenceEqual("delta"u8) ? ItemMessage : key.SequenceEqual("stopReason"u8) ? Stop : Node.None,
            Metadata => key.SequenceEqual("usage"u8) ? Node.Usage : Node.None,
            _ => Node.None,
        };
        if (own != Node.None || node >= Metrics)
        {
            return own;
        }

        // Prices go by the path's model: the body has the vendor's own name for it.
        var member = _anthropic.Member(node, key);
        return member == Node.Model ? Node.None : member;
    }

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Items => Item,
        Parts => ItemMessage,
        Images => Image,
        >= Metrics => Node.None,
        _ => _anthropic.Element(node),
    };

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        if (node == Metrics)
        {
            _inMetrics = true;
            _eventMetrics = default;
        }
        else if (node >= Node.Counts)
        {
            Number(node, default);
        }
        else if (node < Metrics)
        {
            _anthropic.BeginObject(node);
        }
    }

    /// <inheritdoc/>
    public void EndObject(byte node)
    {
        if (node == Metrics)
        {
            _inMetrics = false;
        }
        else if (node < Metrics)
        {
            _anthropic.EndObject(node);
        }
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        if (node == Image)
        {
            _event.Set(Count.Images, _event[Count.Images] + 1);
        }
        else if (node < Metrics)
        {
            _anthropic.BeginString(node);
        }
    }

    /// <inheritdoc/>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        if (node == Stop)
        {
            _eventStopped = true;
        }
        else if (node < Metrics)
        {
            _anthropic.AppendString(node, bytes);
        }
    }

    /// <inheritdoc/>
    public void EndString(byte node)
    {
        if (node < Metrics)
        {
            _anthropic.EndString(node);
        }
    }

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number)
    {
        if (node is >= OwnCounts and < ItemTokens)
        {
            ref var tally = ref _inMetrics ? ref _eventMetrics : ref _event;
            tally.Take((byte)(node - OwnCounts + Node.Counts), number);
        }
        else if (node == ItemTokens)
        {
            var tokens = default(UsageTally);
            tokens.Take(UsageTally.NodeOf(Count.Output), number);
            _eventItems.Add(tokens);
        }
        else
        {
            _anthropic.Number(node, number);
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        _anthropic.Commit();
        _usage.Merge(_eventItems);
        _usage.Merge(_event);
        _metrics.Merge(_eventMetrics);
        _isStopped |= _eventStopped;
        facts.IsTerminal |= _eventMetrics.HasTokens;
        ClearEvent();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        _anthropic.Drop();
        ClearEvent();
    }

    /// <inheritdoc/>
    public readonly Usage ToUsage()
    {
        var anthropic = _anthropic.ToUsage();
        if (anthropic.Certainty != UsageCertainty.Unknown)
        {
            return anthropic;
        }

        // From the least to the most telling: what the body says replaces what repeats it.
        var tally = facts.Headers;
        tally.Merge(_metrics);
        tally.Merge(_usage);
        return tally.HasAny || tally.IsInsane
            ? BedrockUsage.From(tally, facts, IsFinal)
            : anthropic;
    }

    private readonly bool IsFinal => !facts.IsError && facts.Framing switch
    {
        ResponseFraming.Json => facts.IsTerminal,
        ResponseFraming.EventStream => _metrics.HasTokens || (facts.HasEnded && _isStopped && !facts.IsCut),
        _ => facts.HasEnded,
    };

    private static byte Own(Count count) => (byte)(OwnCounts + count);

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        // Nova
        6 when key.SequenceEqual("output"u8) => Output,
        8 when key.SequenceEqual("metadata"u8) => Metadata,
        10 when key.SequenceEqual("stopReason"u8) => Stop,
        11 when key.SequenceEqual("messageStop"u8) => Event,
        17 when key.SequenceEqual("contentBlockDelta"u8) => Event,

        // Titan
        7 when key.SequenceEqual("results"u8) => Items,
        10 when key.SequenceEqual("outputText"u8) => Node.Text,
        16 when key.SequenceEqual("completionReason"u8) => Stop,
        19 when key.SequenceEqual("inputTextTokenCount"u8) => Own(Count.Input),
        25 when key.SequenceEqual("totalOutputTextTokenCount"u8) => Own(Count.Output),

        // Llama
        10 when key.SequenceEqual("generation"u8) => Node.Text,
        11 when key.SequenceEqual("stop_reason"u8) => Stop,
        18 when key.SequenceEqual("prompt_token_count"u8) => Own(Count.Input),
        22 when key.SequenceEqual("generation_token_count"u8) => Own(Count.Output),

        // Mistral, Cohere, AI21, DeepSeek: text only, for estimates
        4 when key.SequenceEqual("text"u8) => Node.Text,
        7 when key.SequenceEqual("outputs"u8) || key.SequenceEqual("choices"u8) => Items,
        11 when key.SequenceEqual("generations"u8) || key.SequenceEqual("completions"u8) => Items,
        6 when key.SequenceEqual("images"u8) => Images,
        32 when key.SequenceEqual("amazon-bedrock-invocationMetrics"u8) => Metrics,
        _ => Node.None,
    };

    private static byte ItemMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("text"u8) => Node.Text,
        4 when key.SequenceEqual("data"u8) => ItemMessage,
        5 when key.SequenceEqual("delta"u8) => ItemMessage,
        7 when key.SequenceEqual("message"u8) => ItemMessage,
        7 when key.SequenceEqual("content"u8) => Node.Text,
        10 when key.SequenceEqual("outputText"u8) => Node.Text,
        10 when key.SequenceEqual("tokenCount"u8) => ItemTokens,
        11 when key.SequenceEqual("stop_reason"u8) => Stop,
        13 when key.SequenceEqual("finish_reason"u8) => Stop,
        16 when key.SequenceEqual("completionReason"u8) => Stop,
        _ => Node.None,
    };

    // Nova, in both spellings of the caches.
    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        11 when key.SequenceEqual("inputTokens"u8) => Own(Count.Input),
        12 when key.SequenceEqual("outputTokens"u8) => Own(Count.Output),
        20 when key.SequenceEqual("cacheReadInputTokens"u8) => Own(Count.Cached),
        21 when key.SequenceEqual("cacheWriteInputTokens"u8) => Own(Count.CacheWrite),
        24 when key.SequenceEqual("cacheReadInputTokenCount"u8) => Own(Count.Cached),
        25 when key.SequenceEqual("cacheWriteInputTokenCount"u8) => Own(Count.CacheWrite),
        _ => Node.None,
    };

    private static byte MetricsMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        15 when key.SequenceEqual("inputTokenCount"u8) => Own(Count.Input),
        16 when key.SequenceEqual("outputTokenCount"u8) => Own(Count.Output),
        24 when key.SequenceEqual("cacheReadInputTokenCount"u8) => Own(Count.Cached),
        25 when key.SequenceEqual("cacheWriteInputTokenCount"u8) => Own(Count.CacheWrite),
        _ => Node.None,
    };

    private void ClearEvent()
    {
        _event = default;
        _eventItems = default;
        _eventMetrics = default;
        _inMetrics = false;
        _eventStopped = false;
    }
}
