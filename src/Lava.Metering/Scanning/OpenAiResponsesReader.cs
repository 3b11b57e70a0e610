namespace Lava.Metering.Scanning;

/// <summary>
/// OpenAI Responses. A stream's events carry the response inside "response", a JSON body is the response. Final are the figures of
/// response.completed, response.incomplete and response.failed.
/// </summary>
internal struct OpenAiResponsesReader(ResponseFacts facts) : IResponseReader
{
    private const byte Type = Node.First;
    private const byte Response = Node.First + 1;
    private const byte Output = Node.First + 2;
    private const byte OutputItem = Node.First + 3;
    private const byte ItemType = Node.First + 4;
    private const byte DoneItem = Node.First + 5;
    private const byte InputDetails = Node.First + 6;
    private const byte OutputDetails = Node.First + 7;
    private const byte ItemContent = Node.First + 8;
    private const byte ServerTools = Node.First + 9;
    private const byte Status = Node.First + 10;

    private UsageTally _object;
    private UsageTally _event;
    private UsageTally _usage;
    private BoundedText _type;
    private BoundedText _itemType;
    private BoundedText _status;
    private long _searches;
    private long _eventSearches;
    private bool _eventHasUsage;
    private bool _eventHasDoneSearch;
    private bool _isFinal;

    /// <inheritdoc/>
    public static byte DeltaNode => Node.Text;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => RootMember(key),
        Response => ResponseMember(key),
        OutputItem or DoneItem => ItemMember(key),
        Node.Usage => UsageMember(key),
        InputDetails => OpenAiTokenDetails.Input(key),
        OutputDetails => OpenAiTokenDetails.Output(key),
        OpenAiTokenDetails.CachedDetails => OpenAiTokenDetails.Cached(key),
        ServerTools => key.SequenceEqual("web_search_calls"u8) || key.SequenceEqual("web_search_requests"u8)
            ? UsageTally.NodeOf(Count.WebSearches)
            : Node.None,
        Node.TextPart => key.SequenceEqual("text"u8) ? Node.Text : Node.None,
        Node.Cost => key.SequenceEqual("total_cost"u8) ? Node.Cost : Node.None,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Node.Root => Node.Root,
        Output => OutputItem,
        ItemContent => Node.TextPart,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                _object = default;
                break;
            case OutputItem or DoneItem:
                _itemType.Clear();
                break;
            case Node.Error:
                facts.IsError = true;
                break;
            case >= Node.Counts:
                _object.IsInsane = true;
                break;
        }
    }

    /// <inheritdoc/>
    public void EndObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                if (_object.HasTokens || _object.IsInsane)
                {
                    _event = _object;
                    _eventHasUsage = true;
                }

                break;
            case OutputItem when IsSearch:
                _eventSearches++;
                break;
            case DoneItem:
                _eventHasDoneSearch = IsSearch;
                break;
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
            case ItemType:
                _itemType.Clear();
                break;
            case Status:
                _status.Clear();
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
            case ItemType:
                _itemType.Append(bytes);
                break;
            case Status:
                _status.Append(bytes);
                break;
            default:
                facts.AppendString(node, bytes);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly void EndString(byte node) => facts.EndString(node);

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number) => _object.Take(node, number);

    /// <inheritdoc/>
    public void Commit()
    {
        var isFailure = _type.Is("response.failed"u8) || _type.Is("error"u8);
        var isLast = isFailure || _type.Is("response.completed"u8) || _type.Is("response.incomplete"u8);
        var isBody = facts.Framing == ResponseFraming.Json;
        facts.IsError |= isFailure;
        facts.IsTerminal |= isLast;
        facts.Job = JobOf(_status.Span, facts.Job);
        if (_eventHasUsage)
        {
            _usage = _event;
            _isFinal = isLast || isBody;
        }

        // The last event repeats the items that came one by one: the larger of both counts them once.
        _searches += _eventHasDoneSearch && _type.Is("response.output_item.done"u8) ? 1 : 0;
        _searches = Math.Max(_searches, _eventSearches);
        facts.CountEvent();
        ClearEvent();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        facts.Drop();
        ClearEvent();
    }

    /// <inheritdoc/>
    public readonly Usage ToUsage()
    {
        var searches = Math.Max(_searches, _usage[Count.WebSearches]);
        if (_usage.IsInsane || !_usage.HasTokens)
        {
            return UsageBounds.Unknown(facts, _usage.IsInsane) with { WebSearches = searches };
        }

        // Agents that work for the answer are counted beside it.
        return UsageBounds.Apply(
            new Usage
            {
                InputTokens = _usage[Count.Input] + _usage[Count.ExtraInput],
                OutputTokens = _usage[Count.Output] + _usage[Count.ExtraOutput],
                CachedInputTokens = _usage[Count.Cached] + _usage[Count.ExtraCached],
                CacheWriteInputTokens = _usage[Count.CacheWrite],
                ReasoningOutputTokens = _usage[Count.Reasoning],
                AudioInputTokens = _usage[Count.AudioInput],
                CachedAudioInputTokens = _usage[Count.CachedAudio],
                AudioOutputTokens = _usage[Count.AudioOutput],
                ImageInputTokens = _usage[Count.ImageInput],
                ImageOutputTokens = _usage[Count.ImageOutput],
                WebSearches = searches,
                ProviderCost = _usage.Cost,
            },
            _isFinal);
    }

    private readonly bool IsSearch => _itemType.Is("web_search_call"u8);

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("type"u8) => Type,
        4 when key.SequenceEqual("item"u8) => DoneItem,
        5 when key.SequenceEqual("delta"u8) => Node.Text,
        8 when key.SequenceEqual("response"u8) => Response,
        _ => ResponseMember(key),
    };

    private static byte ResponseMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 when key.SequenceEqual("id"u8) => Node.Id,
        5 when key.SequenceEqual("model"u8) => Node.Model,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        5 when key.SequenceEqual("error"u8) => Node.Error,
        6 when key.SequenceEqual("output"u8) => Output,
        6 when key.SequenceEqual("status"u8) => Status,
        12 when key.SequenceEqual("service_tier"u8) => Node.ServiceTier,
        _ => Node.None,
    };

    // A stream has counted an item's text, delta by delta, before the item itself comes.
    private readonly byte ItemMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("type"u8) => ItemType,
        7 when facts.Framing == ResponseFraming.Json && key.SequenceEqual("content"u8) => ItemContent,
        9 when facts.Framing == ResponseFraming.Json && key.SequenceEqual("arguments"u8) => Node.Text,
        _ => Node.None,
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("cost"u8) => Node.Cost,
        12 when key.SequenceEqual("input_tokens"u8) => UsageTally.NodeOf(Count.Input),
        13 when key.SequenceEqual("output_tokens"u8) => UsageTally.NodeOf(Count.Output),
        15 when key.SequenceEqual("server_tool_use"u8) => ServerTools,
        17 when key.SequenceEqual("cost_in_usd_ticks"u8) => Node.CostTicks,
        20 when key.SequenceEqual("input_tokens_details"u8) => InputDetails,
        21 when key.SequenceEqual("output_tokens_details"u8) => OutputDetails,
        23 when key.SequenceEqual("server_tool_use_details"u8) => ServerTools,
        30 when key.SequenceEqual("server_side_tool_usage_details"u8) => ServerTools,
        _ => Node.None,
    };

    // How far a response is that was begun in the background: https://platform.openai.com/docs/api-reference/responses/object
    private static JobState JobOf(ReadOnlySpan<byte> status, JobState before) => status.Length switch
    {
        6 when status.SequenceEqual("queued"u8) => JobState.Running,
        6 when status.SequenceEqual("failed"u8) => JobState.Failed,
        9 when status.SequenceEqual("completed"u8) => JobState.Succeeded,
        9 when status.SequenceEqual("cancelled"u8) => JobState.Failed,
        10 when status.SequenceEqual("incomplete"u8) => JobState.Succeeded,
        11 when status.SequenceEqual("in_progress"u8) => JobState.Running,
        _ => before,
    };

    private void ClearEvent()
    {
        _type.Clear();
        _status.Clear();
        _eventSearches = 0;
        _eventHasUsage = false;
        _eventHasDoneSearch = false;
    }
}
