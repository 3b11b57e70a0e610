using System.Text;

namespace Lava.Metering.Scanning;

/// <summary>
/// Anthropic messages. message_start and message_delta are merged field by field; every later figure is cumulative and replaces
/// the earlier one. Input excludes cache reads and writes here; the normal form includes them. The usage is that of the model that answers;
/// an advisor's stands beside it, by model.
/// </summary>
internal partial struct AnthropicReader(ResponseFacts facts) : IResponseReader
{
    private UsageTally _event;
    private UsageTally _iteration;
    private UsageTally _eventIterations;
    private UsageTally _usage;
    private UsageTally _iterations;
    private BoundedText _type;
    private BoundedText _speed;
    private BoundedText _iterationType;
    private BoundedText _iterationModel;
    private bool _inIteration;
    private bool _eventHasUsage;
    private bool _eventHasFallback;
    private bool _eventHasAdvisor;
    private bool _eventStopped;
    private bool _hasDelta;
    private bool _hasFallback;
    private bool _isStopped;
    private bool _isFast;
    private bool _isCut;

    /// <inheritdoc/>
    public static byte DeltaNode => Delta;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> DeltaKey => "\"delta\":"u8;

    /// <inheritdoc/>
    public readonly bool CanResume => !_eventHasUsage && !_eventStopped && _type.Is(BlockDelta);

    private static ReadOnlySpan<byte> BlockDelta => "content_block_delta"u8;

    /// <inheritdoc/>
    public readonly void Resume()
    {
        // The type would be content_block_delta: none that matters.
    }

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                _event = default;
                _eventIterations = default;
                _eventHasFallback = false;
                _eventHasAdvisor = false;
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
            case >= Node.Counts:
                Number(node, default);
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
        else if (_iterationType.Is("advisor_message"u8) && !_iterationModel.IsEmpty)
        {
            if (!_eventHasAdvisor)
            {
                facts.Models.Clear();
            }

            _eventHasAdvisor = true;
            facts.Models.Add(_iterationModel, _iteration, UsageRecordCodec.ModelsMax - 1);
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
            case Speed:
                _speed.Clear();
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
            case Speed:
                _speed.Append(bytes);
                break;
            default:
                facts.AppendString(node, bytes);
                break;
        }
    }

    /// <inheritdoc/>
    public void EndString(byte node)
    {
        if (node == Speed)
        {
            _isFast = _speed.Is("fast"u8);
            return;
        }

        facts.EndString(node);
    }

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
            _usage.IsInsane |= _eventHasAdvisor && facts.Models.IsInsane;
            TakeModels();
        }

        // Beside its speed an event also names a tier, "standard".
        facts.ServiceTier = _isFast ? ServiceTier.Fast : facts.ServiceTier;

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
        ref readonly var tally = ref IsSummed ? ref _iterations : ref _usage;
        if (_usage.IsInsane || tally.IsInsane || !tally.HasTokens)
        {
            return UsageBounds.Unknown(facts, _usage.IsInsane || tally.IsInsane, _isStopped);
        }

        return UsageBounds.Apply(ToUsage(tally) with { ProviderCost = _usage.Cost }, IsExact);
    }

    // The top level leaves out what compaction used; with a fallback it alone is right, the iterations mix two models.
    private readonly bool IsSummed => (_iterations.HasTokens || _iterations.IsInsane) && !_hasFallback;

    private readonly Usage ToUsage(in UsageTally tally) => Sum(tally) with
    {
        ReasoningOutputTokens = _usage[Count.Reasoning],
        WebSearches = _usage[Count.WebSearches],
    };

    private static Usage Sum(in UsageTally tally)
    {
        var split = tally[Count.CacheWrite5m] + tally[Count.CacheWrite1h];
        var written = tally.Has(Count.CacheWrite) ? tally[Count.CacheWrite] : split;
        return new Usage
        {
            InputTokens = tally[Count.Input] + tally[Count.Cached] + written,
            OutputTokens = tally[Count.Output],
            CachedInputTokens = tally[Count.Cached],
            CacheWriteInputTokens = written,
            CacheWrite1hInputTokens = tally[Count.CacheWrite1h],
        };
    }

    // The model that answers comes first, then its advisors.
    private readonly void TakeModels()
    {
        var before = facts.ByModel;
        facts.ByModel = null;
        ref readonly var tally = ref IsSummed ? ref _iterations : ref _usage;
        if (_usage.IsInsane || tally.IsInsane)
        {
            return;
        }

        var own = UsageBounds.Apply(ToUsage(tally), isExact: true);
        if (!_eventHasAdvisor)
        {
            // A later usage that lists nothing leaves what was listed as it was.
            if (before is not null && !_eventIterations.HasTokens)
            {
                before[0] = new ModelUsage(before[0].Model, own);
                facts.ByModel = before;
            }

            return;
        }

        List<ModelUsage> parts = [new(Encoding.UTF8.GetString(facts.Model), own)];
        for (var i = 0; i < facts.Models.Count; i++)
        {
            parts.Add(new ModelUsage(facts.Models.NameAt(i), UsageBounds.Apply(Sum(facts.Models[i]), isExact: true)));
        }

        facts.ByModel = parts;
    }

    private readonly bool IsExact =>
        !_isCut && _hasDelta && !facts.IsError && (facts.IsTerminal || (facts.HasEnded && _isStopped));

    private void ClearEvent()
    {
        _type.Clear();
        _inIteration = false;
        _eventHasUsage = false;
        _eventHasFallback = false;
        _eventStopped = false;
    }
}
