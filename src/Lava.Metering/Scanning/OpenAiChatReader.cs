namespace Lava.Metering.Scanning;

/// <summary>
/// OpenAI chat completions, completions, embeddings and runs of assistants, and the providers that speak them. Usage stands at the top, in
/// <c>choices[0]</c> (Moonshot) or in <c>x_groq</c>; the last one that is not null wins, they are never added. Only a run's steps are,
/// until the run itself tells its sum.
/// </summary>
internal partial struct OpenAiChatReader(ResponseFacts facts) : IResponseReader
{
    private UsageTally _object;
    private UsageTally _event;
    private UsageTally _usage;
    private UsageTally _part;
    private BoundedText _partName;
    private BoundedText _kind;
    private bool _inUsage;
    private bool _inPart;
    private bool _eventHasUsage;
    private bool _eventHasChoice;
    private bool _eventHasModels;
    private bool _eventFinished;
    private bool _isOfSteps;
    private bool _isFinished;
    private bool _isLastChunk;
    private bool _isCut;

    /// <inheritdoc/>
    public static byte DeltaNode => Delta;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> DeltaKey => "\"delta\":"u8;

    /// <inheritdoc/>
    public readonly bool CanResume =>
        !_inUsage && !_inPart && !_eventHasUsage && !_eventHasModels && !_eventFinished && !_kind.Is(Step) && !_kind.Is(ErrorKind);

    private static ReadOnlySpan<byte> Step => "thread.run.step"u8;

    private static ReadOnlySpan<byte> ErrorKind => "error"u8;

    /// <inheritdoc/>
    public void Resume() => _eventHasChoice = true;

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                _object = default;
                _inUsage = true;
                break;
            case Part:
                _part = default;
                _partName.Clear();
                _inPart = true;
                break;
            case PartUsage:
                _part = default;
                break;
            case Breakdown:
                facts.Models.Clear();
                break;
            case Choice:
                _eventHasChoice = true;
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
        if (node == Node.Usage)
        {
            _inUsage = false;
            if (_object.HasTokens || _object.IsInsane)
            {
                _event = _object;
                _eventHasUsage = true;
            }
        }
        else if (node == Part)
        {
            _inPart = false;
            if (!_partName.IsEmpty && (_part.HasTokens || _part.IsInsane))
            {
                facts.Models.Add(_partName, _part);
                _eventHasModels = true;
            }
        }
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        switch (node)
        {
            case Kind:
                _kind.Clear();
                break;
            case PartModel:
                _partName.Clear();
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
            case FinishReason:
                _eventFinished = true;
                break;
            case Kind:
                _kind.Append(bytes);
                break;
            case PartModel:
                _partName.Append(bytes);
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
        switch (node)
        {
            case StatusCode:
                facts.IsError |= !number.TryGetCount(out var code) || code != 0;
                break;
            case OtherInput or OtherOutput or Sources:
                // Some relays send prompt_tokens and, beside them, input_tokens of 0. xAI bills sources only where it counts no searches.
                var count = node == OtherInput ? Count.Input : node == OtherOutput ? Count.Output : Count.WebSearches;
                if (!_object.Has(count))
                {
                    _object.Take(UsageTally.NodeOf(count), number);
                }

                break;
            default:
                if (_inPart)
                {
                    _part.Take(node, number);
                }
                else
                {
                    _object.Take(node, number);
                }

                break;
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        if (_eventHasUsage)
        {
            TakeUsage();
        }

        if (_eventHasModels)
        {
            TakeModels();
        }
        else if (_usage.IsInsane)
        {
            facts.ByModel = null;
        }

        facts.IsError |= _kind.Is(ErrorKind);
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
            return UsageBounds.Unknown(facts, _usage.IsInsane, _isFinished);
        }

        return UsageBounds.Apply(ToUsage(_usage), IsExact);
    }

    // Without [DONE] (Writer, Perplexity) the end is the chunk without choices, or the end of the body after a finish reason.
    private readonly bool IsExact => !_isCut && (facts.IsTerminal || _isLastChunk || (facts.HasEnded && _isFinished));

    private readonly Usage ToUsage(in UsageTally tally)
    {
        var usage = default(Usage);
        usage.OutputTokens = tally[Count.Output];
        usage.InputTokens = tally.Has(Count.Input) ? tally[Count.Input] : Math.Max(0, tally[Count.Total] - usage.OutputTokens);
        usage.ReasoningOutputTokens = tally[Count.Reasoning];
        usage.CachedInputTokens = Math.Max(tally[Count.Cached], tally[Count.CachedElsewhere]);
        if (!tally.Has(Count.Cached) && !tally.Has(Count.CachedElsewhere) && !facts.Headers.IsInsane)
        {
            // Fireworks tells it in a header, and sometimes only there.
            usage.CachedInputTokens = Math.Min(facts.Headers[Count.Cached], usage.InputTokens);
        }

        if (usage.CachedInputTokens > usage.InputTokens)
        {
            // xAI has sent 4,328 cached of 4,142: the cached ones were not among them.
            usage.InputTokens += usage.CachedInputTokens;
        }

        AddHiddenReasoning(tally, ref usage);

        // Agents that work for the answer (orchestration), and the pages that Perplexity's research read, which cost as much as input.
        usage.InputTokens += tally[Count.ExtraInput] + tally[Count.ToolInput];
        usage.CachedInputTokens += tally[Count.ExtraCached];
        usage.OutputTokens += tally[Count.ExtraOutput];
        usage.CacheWriteInputTokens = tally[Count.CacheWrite];
        usage.AudioInputTokens = tally[Count.AudioInput];
        usage.CachedAudioInputTokens = tally[Count.CachedAudio];
        usage.AudioOutputTokens = tally[Count.AudioOutput];
        usage.ImageInputTokens = tally[Count.ImageInput];
        usage.ImageOutputTokens = tally[Count.ImageOutput];
        usage.WebSearches = Math.Max(tally[Count.WebSearches], ServingNames.SearchesByName(facts.Model) ? 1 : 0);
        usage.ProviderCost = tally.Cost;
        return usage;
    }

    private static void AddHiddenReasoning(in UsageTally tally, ref Usage usage)
    {
        // xAI's chat and Gemini's compatible endpoint leave reasoning out of completion_tokens; only the total has it.
        var hidden = tally.Has(Count.ExtraInput) ? 0 : tally[Count.Total] - usage.InputTokens - usage.OutputTokens;
        if (hidden > 0 && tally.Has(Count.Output))
        {
            usage.OutputTokens += hidden;
            usage.ReasoningOutputTokens = Math.Max(usage.ReasoningOutputTokens, hidden);
        }
        else if (tally.Has(Count.ToolInput) || usage.ReasoningOutputTokens > usage.OutputTokens)
        {
            // Perplexity's research leaves it out of the total too.
            usage.OutputTokens += usage.ReasoningOutputTokens;
        }
    }

    private void TakeUsage()
    {
        var isStep = _kind.Is(Step);
        if (isStep && _isOfSteps)
        {
            _usage.Add(_event);
        }
        else if (!isStep || !_usage.HasTokens)
        {
            _usage = _event;
            _isOfSteps = isStep;
        }

        _isLastChunk = !_isOfSteps && !_eventHasChoice && facts.Framing == ResponseFraming.Sse;
    }

    private readonly void TakeModels()
    {
        var parts = new List<ModelUsage>(facts.Models.Count);
        for (var i = 0; i < facts.Models.Count; i++)
        {
            var usage = ToUsage(facts.Models[i]) with { ProviderCost = null, WebSearches = 0 };
            parts.Add(new ModelUsage(facts.Models.NameAt(i), UsageBounds.Apply(usage, isExact: true)));
        }

        facts.ByModel = _usage.IsInsane || facts.Models.IsInsane ? null : parts;
    }

    private void ClearEvent()
    {
        _kind.Clear();
        _inUsage = false;
        _inPart = false;
        _eventHasUsage = false;
        _eventHasChoice = false;
        _eventHasModels = false;
        _eventFinished = false;
    }
}
