using System.Text;

namespace Lava.Metering.Scanning;

/// <summary>What the readers of all formats find besides usage. One per scanner, reused.</summary>
internal sealed class ResponseFacts
{
    private BoundedText _model;
    private BoundedText _responseId;
    private BoundedText _serving;
    private ModelTallies? _models;
    private byte _openName;
    private bool _hasEvents;

    /// <summary>The served model: the first that is not empty. Half a name is none.</summary>
    public ReadOnlySpan<byte> Model => _openName == Node.Model ? default : _model.Span;

    /// <summary>The response's id: the first that is not empty.</summary>
    public ReadOnlySpan<byte> ResponseId => _openName == Node.Id ? default : _responseId.Span;

    /// <summary>The tier at which the call was served: the last that was named.</summary>
    public ServiceTier ServiceTier;

    /// <summary>Was it served in a region that has a price of its own?</summary>
    public bool IsRegional;

    /// <summary>What the answer's headers counted.</summary>
    public UsageTally Headers;

    /// <summary>The usage by model, where several did the call; null else.</summary>
    public List<ModelUsage>? ByModel;

    /// <summary>The endpoint's own table, for <see cref="ApiFormat.Fields"/>.</summary>
    public FieldTable? Fields;

    /// <summary>The figures that the answer told at the places of <see cref="Fields"/>.</summary>
    public FieldTally Told;

    /// <summary>Are the figures at the places of <see cref="Fields"/> the last ones?</summary>
    public bool IsFinal;

    /// <summary>How far an asynchronous job is, where the answer is one's state.</summary>
    public JobState Job;

    /// <summary>Was a part of the answer damaged, so that it could not be read?</summary>
    public bool IsDamaged;

    /// <summary>The type of the event that is being read, where the framing tells it beside the event; empty elsewhere.</summary>
    public BoundedText EventType;

    /// <summary>Did an event or the body end in the middle of a value?</summary>
    public bool IsCut;

    /// <summary>Bytes of generated text.</summary>
    public long OutputTextBytes;

    /// <summary>Is the response an error?</summary>
    public bool IsError;

    /// <summary>Has the format's last word been said?</summary>
    public bool IsTerminal;

    /// <summary>Has the body ended?</summary>
    public bool HasEnded;

    /// <summary>One root value, or one after the other?</summary>
    public ResponseFraming Framing;

    /// <summary>Has no value been read, neither whole nor in part?</summary>
    public bool IsEmpty => !_hasEvents && !IsCut;

    /// <summary>The counts of several models; made when the first answer has them.</summary>
    public ModelTallies Models => _models ??= new ModelTallies();

    /// <summary>Starts over.</summary>
    public void Reset(ResponseFraming framing)
    {
        _model.Clear();
        _responseId.Clear();
        _openName = Node.None;
        ServiceTier = default;
        IsRegional = false;
        Headers = default;
        ByModel = null;
        Told = default;
        IsFinal = false;
        Job = default;
        IsDamaged = false;
        EventType.Clear();
        IsCut = false;
        OutputTextBytes = 0;
        IsError = false;
        IsTerminal = false;
        HasEnded = false;
        Framing = framing;
        _hasEvents = false;
    }

    /// <summary>A string begins at a node that all formats have.</summary>
    public void BeginString(byte node)
    {
        if ((node == Node.Model && _model.IsEmpty) || (node == Node.Id && _responseId.IsEmpty))
        {
            _openName = node;
        }
        else if (node is Node.ServiceTier or Node.Region)
        {
            _serving.Clear();
        }
    }

    /// <summary>The string goes on.</summary>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        switch (node)
        {
            case Node.Text:
                OutputTextBytes += bytes.Length;
                break;
            case Node.Model when _openName == node:
                _model.Append(bytes);
                break;
            case Node.Id when _openName == node:
                _responseId.Append(bytes);
                break;
            case Node.Error:
                IsError |= !bytes.IsEmpty;
                break;
            case Node.ServiceTier or Node.Region:
                _serving.Append(bytes);
                break;
        }
    }

    /// <summary>The string is complete.</summary>
    public void EndString(byte node)
    {
        _openName = Node.None;
        if (node == Node.ServiceTier && ServingNames.TryGetTier(_serving.Span, out var tier))
        {
            ServiceTier = tier;
        }
        else if (node == Node.Region)
        {
            IsRegional = ServingNames.IsRegional(_serving.Span);
        }
    }

    /// <summary>The event was given up: a name that was cut off in it is forgotten.</summary>
    public void Drop()
    {
        IsCut = true;
        if (_openName == Node.Model)
        {
            _model.Clear();
        }
        else if (_openName == Node.Id)
        {
            _responseId.Clear();
        }

        _openName = Node.None;
    }

    /// <summary>Replaces the model: a fallback answered.</summary>
    public void SetModel(ReadOnlySpan<byte> name)
    {
        _model.Clear();
        _model.Append(name);
    }

    /// <summary>Takes a header that counts.</summary>
    public void TakeHeader(FieldRole role, ReadOnlySpan<char> value)
    {
        if (role == FieldRole.Status)
        {
            TakeState(value.Trim(' '));
            return;
        }

        if (!FieldRoles.TryGetCount(role, out var count))
        {
            return;
        }

        var number = default(DecimalNumber);
        foreach (var c in value.Trim(' '))
        {
            if (c > '9' || !number.TryAppend((byte)c))
            {
                Headers.IsInsane = true;
                return;
            }
        }

        Headers.Take(UsageTally.NodeOf(count), number);
    }

    private void TakeState(ReadOnlySpan<char> value)
    {
        Span<byte> text = stackalloc byte[BoundedText.Capacity];
        if (Fields is not null && Encoding.UTF8.TryGetBytes(value, text, out var length))
        {
            Job = Fields.StateOf(text[..length]);
        }
    }

    /// <summary>An event was read to its end.</summary>
    public void CountEvent() => _hasEvents = true;
}
