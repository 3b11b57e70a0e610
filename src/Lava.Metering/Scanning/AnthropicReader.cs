namespace Lava.Metering.Scanning;

/// <summary>
/// Anthropic messages. message_start and message_delta are merged field by field; every later figure is cumulative and replaces
/// the earlier one. Input excludes cache reads and writes here; the normal form includes them.
/// </summary>
internal struct AnthropicReader(ResponseFacts facts) : IResponseReader
{
    private const byte Type = Node.First;
    private const byte Message = Node.First + 1;
    private const byte Delta = Node.First + 2;
    private const byte StopReason = Node.First + 3;
    private const byte CacheCreation = Node.First + 4;
    private const byte ServerTools = Node.First + 5;
    private const byte OutputDetails = Node.First + 6;
    private const byte Iterations = Node.First + 7;
    private const byte Iteration = Node.First + 8;
    private const byte IterationType = Node.First + 9;
    private const byte IterationModel = Node.First + 10;

    private UsageTally _event;
    private UsageTally _iteration;
    private UsageTally _eventIterations;
    private UsageTally _usage;
    private UsageTally _iterations;
    private BoundedText _type;
    private BoundedText _iterationType;
    private BoundedText _iterationModel;
    private bool _inIteration;
    private bool _eventHasUsage;
    private bool _eventHasFallback;
    private bool _eventStopped;
    private bool _hasDelta;
    private bool _hasFallback;
    private bool _isStopped;
    private bool _isCut;

    /// <inheritdoc/>
    public static byte DeltaNode => Delta;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => key.SequenceEqual("type"u8) ? Type : RootMember(key),
        Message => RootMember(key),
        Delta => DeltaMember(key),
        Node.Usage => UsageMember(key),
        Iteration => IterationMember(key),
        CacheCreation => CacheMember(key),
        ServerTools => key.SequenceEqual("web_search_requests"u8) ? UsageTally.NodeOf(Count.WebSearches) : Node.None,
        OutputDetails => key.SequenceEqual("thinking_tokens"u8) ? UsageTally.NodeOf(Count.Reasoning) : Node.None,
        Node.TextPart => key.SequenceEqual("text"u8) || key.SequenceEqual("thinking"u8) ? Node.Text : Node.None,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Iterations => Iteration,
        Node.Text => Node.TextPart,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                _event = default;
                _eventIterations = default;
                _eventHasUsage = true;
                break;
            case Iteration:
                _iteration = default;
                _iterationType.Clear();
                _iterationModel.Clear();
                _inIteration = true;
                break;
            case Node.Error:
                facts.IsError = true;
                break;
        }
    }

    /// <inheritdoc/>
    public void EndObject(byte node)
    {
        if (node != Iteration)
        {
            return;
        }

        _inIteration = false;
        if (_iterationType.Is("message"u8) || _iterationType.Is("compaction"u8))
        {
            _eventIterations.Add(_iteration);
        }
        else if (_iterationType.Is("fallback_message"u8))
        {
            _eventHasFallback = true;
            if (!_iterationModel.IsEmpty)
            {
                facts.SetModel(_iterationModel.Span);
            }
        }
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        switch (node)
        {
            case Type:
                _type.Clear();
                break;
            case IterationType:
                _iterationType.Clear();
                break;
            case IterationModel:
                _iterationModel.Clear();
                break;
            default:
                facts.BeginString(node);
                break;
        }
    }

    /// <inheritdoc/>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        switch (node)
        {
            case Type:
                _type.Append(bytes);
                break;
            case StopReason:
                _eventStopped = true;
                break;
            case IterationType:
                _iterationType.Append(bytes);
                break;
            case IterationModel:
                _iterationModel.Append(bytes);
                break;
            default:
                facts.AppendString(node, bytes);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly void EndString(byte node) => facts.EndString(node);

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number)
    {
        if (_inIteration)
        {
            _iteration.Take(node, number);
        }
        else
        {
            _event.Take(node, number);
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        // A proxy may send message_start twice, even late: its placeholders must not undo what a delta said.
        var isStart = _type.Is("message_start"u8);
        if (_eventHasUsage && !(isStart && _hasDelta))
        {
            _usage.Merge(_event);
            _iterations = _eventIterations.HasTokens ? _eventIterations : _iterations;
            _hasFallback |= _eventHasFallback;
            _hasDelta |= !isStart;
            _isStopped |= _eventStopped;
        }

        var isError = _type.Is("error"u8);
        facts.IsError |= isError;
        facts.IsTerminal |= isError || _type.Is("message_stop"u8);
        facts.CountEvent();
        ClearEvent();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        _isCut |= _eventHasUsage;
        facts.Drop();
        ClearEvent();
    }

    /// <inheritdoc/>
    public readonly Usage ToUsage()
    {
        // The top level leaves out what compaction used; with a fallback it alone is right, the iterations mix two models.
        var isSummed = _iterations.HasTokens && !_hasFallback;
        ref readonly var tally = ref isSummed ? ref _iterations : ref _usage;
        if (_usage.IsInsane || tally.IsInsane || !tally.HasTokens)
        {
            return default;
        }

        var split = tally[Count.CacheWrite5m] + tally[Count.CacheWrite1h];
        var written = tally.Has(Count.CacheWrite) ? tally[Count.CacheWrite] : split;
        return UsageBounds.Apply(
            new Usage
            {
                InputTokens = tally[Count.Input] + tally[Count.Cached] + written,
                OutputTokens = tally[Count.Output],
                CachedInputTokens = tally[Count.Cached],
                CacheWriteInputTokens = written,
                CacheWrite1hInputTokens = tally[Count.CacheWrite1h],
                ReasoningOutputTokens = _usage[Count.Reasoning],
                WebSearches = _usage[Count.WebSearches],
                ProviderCost = _usage.Cost,
            },
            IsExact);
    }

    private readonly bool IsExact =>
        !_isCut && _hasDelta && !facts.IsError && (facts.IsTerminal || (facts.HasEnded && _isStopped));

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 when key.SequenceEqual("id"u8) => Node.Id,
        5 when key.SequenceEqual("model"u8) => Node.Model,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        5 when key.SequenceEqual("delta"u8) => Delta,
        5 when key.SequenceEqual("error"u8) => Node.Error,
        7 when key.SequenceEqual("message"u8) => Message,
        7 when key.SequenceEqual("content"u8) => Node.Text,
        _ => Node.None,
    };

    private static byte DeltaMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("text"u8) => Node.Text,
        8 when key.SequenceEqual("thinking"u8) => Node.Text,
        11 when key.SequenceEqual("stop_reason"u8) => StopReason,
        12 when key.SequenceEqual("partial_json"u8) => Node.Text,
        _ => Node.None,
    };

    private static byte IterationMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("type"u8) => IterationType,
        5 when key.SequenceEqual("model"u8) => IterationModel,
        10 => Node.None,
        _ => UsageMember(key),
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("cost"u8) => Node.Cost,
        10 when key.SequenceEqual("iterations"u8) => Iterations,
        12 when key.SequenceEqual("input_tokens"u8) => UsageTally.NodeOf(Count.Input),
        13 when key.SequenceEqual("output_tokens"u8) => UsageTally.NodeOf(Count.Output),
        14 when key.SequenceEqual("cache_creation"u8) => CacheCreation,
        15 when key.SequenceEqual("server_tool_use"u8) => ServerTools,
        21 when key.SequenceEqual("output_tokens_details"u8) => OutputDetails,
        23 when key.SequenceEqual("cache_read_input_tokens"u8) => UsageTally.NodeOf(Count.Cached),
        27 when key.SequenceEqual("cache_creation_input_tokens"u8) => UsageTally.NodeOf(Count.CacheWrite),
        _ => Node.None,
    };

    private static byte CacheMember(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual("ephemeral_5m_input_tokens"u8))
        {
            return UsageTally.NodeOf(Count.CacheWrite5m);
        }

        return key.SequenceEqual("ephemeral_1h_input_tokens"u8) ? UsageTally.NodeOf(Count.CacheWrite1h) : Node.None;
    }

    private void ClearEvent()
    {
        _type.Clear();
        _inIteration = false;
        _eventHasUsage = false;
        _eventHasFallback = false;
        _eventStopped = false;
    }
}
