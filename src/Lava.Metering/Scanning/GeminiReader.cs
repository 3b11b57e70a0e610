namespace Lava.Metering.Scanning;

/// <summary>
/// Gemini generateContent and its streams. Each chunk repeats the totals, and they may shrink: the last one wins. Thoughts and the
/// prompts of tools stand beside the candidates and the prompt and are added to them.
/// </summary>
internal partial struct GeminiReader(ResponseFacts facts) : IResponseReader
{
    private UsageTally _event;
    private UsageTally _usage;
    private BoundedText _modality;
    private BoundedText _mediaType;
    private DecimalNumber _modalityCount;
    private long _searches;
    private long _eventSearches;
    private long _images;
    private long _eventImages;
    private bool _eventHasUsage;
    private bool _eventFinished;
    private bool _isFinished;
    private bool _isCut;

    /// <inheritdoc/>
    public static byte DeltaNode => Node.Text;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> DeltaKey => "\"text\":"u8;

    /// <inheritdoc/>
    public readonly bool CanResume => !_eventHasUsage && !_eventFinished && _eventSearches == 0 && _eventImages == 0;

    /// <inheritdoc/>
    public readonly void Resume()
    {
        // Nothing to restore: an event has no usage, no end, no search and no image before its text.
    }

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                _event.Clear();
                _eventHasUsage = true;
                break;
            case InputDetail or OutputDetail or CacheDetail:
                _modality.Clear();
                _modalityCount = default;
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
        if (node == InputDetail)
        {
            TakeDetail(Count.AudioInput, Count.ImageInput);
        }
        else if (node == OutputDetail)
        {
            TakeDetail(Count.AudioOutput, Count.ImageOutput);
        }
        else if (node == CacheDetail && _modality.Is("AUDIO"u8))
        {
            AddDetail(Count.CachedAudio);
        }
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        switch (node)
        {
            case Query:
                _eventSearches++;
                break;
            case MediaType:
                _mediaType.Clear();
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
            case Modality:
                _modality.Append(bytes);
                break;
            case MediaType:
                _mediaType.Append(bytes);
                break;
            default:
                facts.AppendString(node, bytes);
                break;
        }
    }

    /// <inheritdoc/>
    public void EndString(byte node)
    {
        if (node == MediaType && _mediaType.Span.StartsWith("image/"u8))
        {
            _eventImages++;
        }

        facts.EndString(node);
    }

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number)
    {
        if (node == ModalityCount)
        {
            _modalityCount = number;
            return;
        }

        _event.Take(node, number);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        if (_eventHasUsage && (_event.HasTokens || _event.IsInsane))
        {
            _usage = _event;
        }

        // Chunks may repeat the queries of those before: the most of any counts.
        _searches = Math.Max(_searches, _eventSearches);
        _images = Math.Min(_images + _eventImages, Usage.MaxCount);
        _isFinished |= _eventFinished;
        facts.CountEvent();
        ClearEvent();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        _isCut = true;
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

        var input = _usage[Count.Input] + _usage[Count.ToolInput];
        var output = _usage[Count.Output];
        var thoughts = _usage[Count.Reasoning];

        // Some relays have the thoughts in the candidates already; then the total shows it.
        if (thoughts > 0 && input + output != _usage[Count.Total])
        {
            output += thoughts;
        }

        return UsageBounds.Apply(
            new Usage
            {
                InputTokens = input,
                OutputTokens = output,
                CachedInputTokens = _usage[Count.Cached],
                ReasoningOutputTokens = thoughts,
                AudioInputTokens = _usage[Count.AudioInput],
                CachedAudioInputTokens = _usage[Count.CachedAudio],
                AudioOutputTokens = _usage[Count.AudioOutput],
                ImageInputTokens = _usage[Count.ImageInput],
                ImageOutputTokens = _usage[Count.ImageOutput],
                Images = _images,
                WebSearches = Searches,
            },
            !_isCut && (facts.IsTerminal || (facts.HasEnded && _isFinished)));
    }

    // Since Gemini 3 each query is billed, before it each prompt that was grounded.
    private readonly long Searches =>
        facts.Model.StartsWith("gemini-2"u8) || facts.Model.StartsWith("gemini-1"u8) ? Math.Min(_searches, 1) : _searches;

    private void TakeDetail(Count audio, Count image)
    {
        if (_modality.Is("AUDIO"u8))
        {
            AddDetail(audio);
        }
        else if (_modality.Is("IMAGE"u8))
        {
            AddDetail(image);
        }
    }

    // The prompt and the tools' prompts list their modalities apart: both count.
    private void AddDetail(Count count)
    {
        if (_modalityCount.TryGetCount(out var tokens))
        {
            _event.Set(count, Math.Min(_event[count] + tokens, Usage.MaxCount));
        }
        else
        {
            _event.IsInsane = true;
        }
    }

    private void ClearEvent()
    {
        _eventSearches = 0;
        _eventImages = 0;
        _eventHasUsage = false;
        _eventFinished = false;
    }
}
