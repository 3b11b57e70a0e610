namespace Lava.Metering.Scanning;

/// <summary>
/// Gemini generateContent and its streams. Each chunk repeats the totals, and they may shrink: the last one wins. Thoughts and the
/// prompts of tools stand beside the candidates and the prompt and are added to them.
/// </summary>
internal struct GeminiReader(ResponseFacts facts) : IResponseReader
{
    private const byte Candidates = Node.First;
    private const byte Candidate = Node.First + 1;
    private const byte Content = Node.First + 2;
    private const byte FinishReason = Node.First + 3;
    private const byte Feedback = Node.First + 4;
    private const byte InputDetails = Node.First + 5;
    private const byte OutputDetails = Node.First + 6;
    private const byte InputDetail = Node.First + 7;
    private const byte OutputDetail = Node.First + 8;
    private const byte Modality = Node.First + 9;
    private const byte ModalityCount = Node.First + 10;

    private UsageTally _event;
    private UsageTally _usage;
    private BoundedText _modality;
    private DecimalNumber _modalityCount;
    private bool _eventHasUsage;
    private bool _eventFinished;
    private bool _isFinished;
    private bool _isCut;

    /// <inheritdoc/>
    public static byte DeltaNode => Node.None;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => RootMember(key),
        Candidate => CandidateMember(key),
        Content => key.SequenceEqual("parts"u8) ? Node.Text : Node.None,
        Node.TextPart => key.SequenceEqual("text"u8) ? Node.Text : Node.None,
        Feedback => key.SequenceEqual("blockReason"u8) ? FinishReason : Node.None,
        Node.Usage => UsageMember(key),
        InputDetail or OutputDetail => DetailMember(key),
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Node.Root => Node.Root,
        Candidates => Candidate,
        Node.Text => Node.TextPart,
        InputDetails => InputDetail,
        OutputDetails => OutputDetail,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        switch (node)
        {
            case Node.Usage:
                _event = default;
                _eventHasUsage = true;
                break;
            case InputDetail or OutputDetail:
                _modality.Clear();
                _modalityCount = default;
                break;
            case Node.Error:
                facts.IsError = true;
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
    }

    /// <inheritdoc/>
    public readonly void BeginString(byte node) => facts.BeginString(node);

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
            return default;
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
                AudioOutputTokens = _usage[Count.AudioOutput],
                ImageInputTokens = _usage[Count.ImageInput],
                ImageOutputTokens = _usage[Count.ImageOutput],
            },
            !_isCut && (facts.IsTerminal || (facts.HasEnded && _isFinished)));
    }

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
        var part = default(UsageTally);
        part.Take(UsageTally.NodeOf(count), _modalityCount);
        _event.Add(part);
    }

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("error"u8) => Node.Error,
        10 when key.SequenceEqual("candidates"u8) => Candidates,
        10 when key.SequenceEqual("responseId"u8) => Node.Id,
        12 when key.SequenceEqual("modelVersion"u8) => Node.Model,
        13 when key.SequenceEqual("usageMetadata"u8) => Node.Usage,
        14 when key.SequenceEqual("promptFeedback"u8) => Feedback,
        _ => Node.None,
    };

    private static byte CandidateMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        7 when key.SequenceEqual("content"u8) => Content,
        12 when key.SequenceEqual("finishReason"u8) => FinishReason,
        _ => Node.None,
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        15 when key.SequenceEqual("totalTokenCount"u8) => UsageTally.NodeOf(Count.Total),
        16 when key.SequenceEqual("promptTokenCount"u8) => UsageTally.NodeOf(Count.Input),
        18 when key.SequenceEqual("thoughtsTokenCount"u8) => UsageTally.NodeOf(Count.Reasoning),
        18 when key.SequenceEqual("responseTokenCount"u8) => UsageTally.NodeOf(Count.Output),
        19 when key.SequenceEqual("promptTokensDetails"u8) => InputDetails,
        20 when key.SequenceEqual("candidatesTokenCount"u8) => UsageTally.NodeOf(Count.Output),
        21 when key.SequenceEqual("responseTokensDetails"u8) => OutputDetails,
        23 when key.SequenceEqual("cachedContentTokenCount"u8) => UsageTally.NodeOf(Count.Cached),
        23 when key.SequenceEqual("candidatesTokensDetails"u8) => OutputDetails,
        23 when key.SequenceEqual("toolUsePromptTokenCount"u8) => UsageTally.NodeOf(Count.ToolInput),
        26 when key.SequenceEqual("toolUsePromptTokensDetails"u8) => InputDetails,
        _ => Node.None,
    };

    private static byte DetailMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        8 when key.SequenceEqual("modality"u8) => Modality,
        10 when key.SequenceEqual("tokenCount"u8) => ModalityCount,
        _ => Node.None,
    };

    private void ClearEvent()
    {
        _eventHasUsage = false;
        _eventFinished = false;
    }
}
