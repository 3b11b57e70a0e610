using System.Diagnostics.CodeAnalysis;

namespace Lava.Metering.Scanning;

/// <summary>
/// OpenAI's Realtime API: each message is an event, a JSON object with a type. The usage of response.done is that of one turn and
/// includes the whole conversation so far; a transcription has a usage of its own, in tokens or in seconds.
/// </summary>
internal struct OpenAiRealtimeReader(ResponseFacts facts) : IResponseReader
{
    private const byte Type = Node.First;
    private const byte Response = Node.First + 1;
    private const byte Session = Node.First + 2;
    private const byte SessionAudio = Node.First + 3;
    private const byte SessionInput = Node.First + 4;
    private const byte Transcription = Node.First + 5;
    private const byte SessionModel = Node.First + 6;
    private const byte TranscriptionName = Node.First + 7;
    private const byte Status = Node.First + 8;
    private const byte InputDetails = Node.First + 9;
    private const byte OutputDetails = Node.First + 10;
    private const byte CachedDetails = Node.First + 11;
    private const byte Delta = Node.First + 12;

    private UsageTally _object;
    private UsageTally _usage;
    private BoundedText _type;
    private BoundedText _status;
    private BoundedText _id;
    private BoundedText _model;
    private BoundedText _transcription;
    private long _deltaBytes;
    private bool _hasUsage;

    /// <summary>What the last complete event was.</summary>
    public RealtimeEvent Event { get; private set; }

    /// <summary>Bytes of its delta, or of its transcript.</summary>
    public long DeltaBytes { get; private set; }

    /// <summary>Is its delta sound, base64?</summary>
    public bool IsAudio { get; private set; }

    /// <summary>Did the response fail?</summary>
    public bool IsError { get; private set; }

    /// <inheritdoc/>
    public static byte DeltaNode => Node.None;

    /// <summary>The response's id, or that of the item that was transcribed.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Id => _id.Span;

    /// <summary>The session's model, where the event names it.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Model => _model.Span;

    /// <summary>The model that transcribes what is said, where the session has one.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> TranscriptionModel => _transcription.Span;

    /// <summary>The next event begins: forgets the last.</summary>
    public void Begin()
    {
        _type.Clear();
        _status.Clear();
        _id.Clear();
        _model.Clear();
        _transcription.Clear();
        _deltaBytes = 0;
        _hasUsage = false;
        _usage = default;
        Event = RealtimeEvent.None;
        DeltaBytes = 0;
        IsAudio = false;
        IsError = false;
    }

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => RootMember(key),
        Response => ResponseMember(key),
        Session => SessionMember(key),
        SessionAudio => key.SequenceEqual("input"u8) ? SessionInput : Node.None,
        SessionInput => key.SequenceEqual("transcription"u8) ? Transcription : Node.None,
        Transcription => key.SequenceEqual("model"u8) ? TranscriptionName : Node.None,
        Node.Usage => UsageMember(key),
        InputDetails => key.SequenceEqual("cached_tokens_details"u8) ? CachedDetails : OpenAiTokenDetails.Input(key),
        OutputDetails => OpenAiTokenDetails.Output(key),
        CachedDetails => key.SequenceEqual("audio_tokens"u8) ? UsageTally.NodeOf(Count.CachedAudio) : Node.None,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => Node.None;

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        if (node == Node.Usage)
        {
            _object = default;
        }
        else if (node >= Node.Counts)
        {
            _object.IsInsane = true;
        }
    }

    /// <inheritdoc/>
    public void EndObject(byte node)
    {
        if (node == Node.Usage)
        {
            _usage = _object;
            _hasUsage = true;
        }
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        if (IsKept(node))
        {
            Text(node).Clear();
        }
    }

    /// <inheritdoc/>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        if (node == Delta)
        {
            _deltaBytes += bytes.Length;
        }
        else if (IsKept(node))
        {
            Text(node).Append(bytes);
        }
    }

    /// <inheritdoc/>
    public readonly void EndString(byte node)
    {
    }

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number) => _object.Take(node, number);

    /// <inheritdoc/>
    public void Commit()
    {
        Event = Kind();
        IsAudio = _type.Is("response.output_audio.delta"u8) || _type.Is("response.audio.delta"u8);
        IsError = Event == RealtimeEvent.ResponseDone && _status.Is("failed"u8);
        DeltaBytes = Event is RealtimeEvent.Delta or RealtimeEvent.Transcribed ? _deltaBytes : 0;
        facts.IsError |= IsError;
        facts.OutputTextBytes += IsAudio ? 0 : DeltaBytes;
    }

    /// <inheritdoc/>
    public void Drop() => Begin();

    /// <inheritdoc/>
    public readonly Usage ToUsage()
    {
        if (!_hasUsage || _usage.IsInsane || !(_usage.HasTokens || _usage.Has(Count.InputSeconds)))
        {
            return new Usage { Reason = _usage.IsInsane ? UsageReason.Malformed : UsageReason.Missing };
        }

        var usage = UsageBounds.Apply(
            new Usage
            {
                InputTokens = _usage[Count.Input],
                OutputTokens = _usage[Count.Output],
                CachedInputTokens = _usage[Count.Cached],
                ReasoningOutputTokens = _usage[Count.Reasoning],
                AudioInputTokens = _usage[Count.AudioInput],
                AudioOutputTokens = _usage[Count.AudioOutput],
                ImageInputTokens = _usage[Count.ImageInput],
                InputMicroseconds = _usage[Count.InputSeconds],
            },
            isExact: true);
        usage.CachedAudioInputTokens = Math.Min(_usage[Count.CachedAudio], Math.Min(usage.CachedInputTokens, usage.AudioInputTokens));
        return usage;
    }

    // One row for each event that counts; all others pass unread.
    private readonly RealtimeEvent Kind() => _type.Span switch
    {
        var type when type.SequenceEqual("response.done"u8) => RealtimeEvent.ResponseDone,
        var type when type.SequenceEqual("response.created"u8) => RealtimeEvent.ResponseStarted,
        var type when type.StartsWith("response."u8) && type.EndsWith(".delta"u8) => RealtimeEvent.Delta,
        var type when type.SequenceEqual("session.created"u8) || type.SequenceEqual("session.updated"u8) => RealtimeEvent.Session,
        var type when type.SequenceEqual("transcription_session.created"u8) || type.SequenceEqual("transcription_session.updated"u8)
            => RealtimeEvent.Session,
        var type when type.SequenceEqual("conversation.item.input_audio_transcription.completed"u8) => RealtimeEvent.Transcribed,
        _ => RealtimeEvent.None,
    };

    private static bool IsKept(byte node) => node is Type or Status or SessionModel or TranscriptionName or Node.Id;

    [UnscopedRef]
    private ref BoundedText Text(byte node)
    {
        switch (node)
        {
            case Type:
                return ref _type;
            case Status:
                return ref _status;
            case SessionModel:
                return ref _model;
            case TranscriptionName:
                return ref _transcription;
            default:
                return ref _id;
        }
    }

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("type"u8) => Type,
        5 when key.SequenceEqual("delta"u8) => Delta,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        7 when key.SequenceEqual("item_id"u8) => Node.Id,
        7 when key.SequenceEqual("session"u8) => Session,
        8 when key.SequenceEqual("response"u8) => Response,
        10 when key.SequenceEqual("transcript"u8) => Delta,
        _ => Node.None,
    };

    private static byte ResponseMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 when key.SequenceEqual("id"u8) => Node.Id,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        6 when key.SequenceEqual("status"u8) => Status,
        _ => Node.None,
    };

    // The transcription stands inside the audio's input; sessions of the beta had it at the top.
    private static byte SessionMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("model"u8) => SessionModel,
        5 when key.SequenceEqual("audio"u8) => SessionAudio,
        25 when key.SequenceEqual("input_audio_transcription"u8) => Transcription,
        _ => Node.None,
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        7 when key.SequenceEqual("seconds"u8) => UsageTally.NodeOf(Count.InputSeconds),
        12 when key.SequenceEqual("input_tokens"u8) => UsageTally.NodeOf(Count.Input),
        13 when key.SequenceEqual("output_tokens"u8) => UsageTally.NodeOf(Count.Output),
        19 when key.SequenceEqual("input_token_details"u8) => InputDetails,
        20 when key.SequenceEqual("output_token_details"u8) => OutputDetails,
        20 when key.SequenceEqual("input_tokens_details"u8) => InputDetails,
        21 when key.SequenceEqual("output_tokens_details"u8) => OutputDetails,
        _ => Node.None,
    };
}
