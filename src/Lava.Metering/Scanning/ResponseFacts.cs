namespace Lava.Metering.Scanning;

/// <summary>What the readers of all formats find besides usage. One per scanner, reused.</summary>
internal sealed class ResponseFacts
{
    // Azure's first chunk has neither model nor id, some hosts never send an id: eight events is far beyond where any of them starts.
    private const int NameEventsMax = 8;

    private BoundedText _model;
    private BoundedText _responseId;
    private byte _openName;
    private int _events;

    /// <summary>The served model: the first that is not empty. Half a name is none.</summary>
    public ReadOnlySpan<byte> Model => _openName == Node.Model ? default : _model.Span;

    /// <summary>The response's id: the first that is not empty.</summary>
    public ReadOnlySpan<byte> ResponseId => _openName == Node.Id ? default : _responseId.Span;

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

    /// <summary>Must an event be read for its model or id?</summary>
    public bool WantsNames => _events < NameEventsMax && (_model.IsEmpty || _responseId.IsEmpty);

    /// <summary>Starts over.</summary>
    public void Reset(ResponseFraming framing)
    {
        _model.Clear();
        _responseId.Clear();
        _openName = Node.None;
        OutputTextBytes = 0;
        IsError = false;
        IsTerminal = false;
        HasEnded = false;
        Framing = framing;
        _events = 0;
    }

    /// <summary>A string begins at a node that all formats have.</summary>
    public void BeginString(byte node)
    {
        if ((node == Node.Model && _model.IsEmpty) || (node == Node.Id && _responseId.IsEmpty))
        {
            _openName = node;
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
        }
    }

    /// <summary>The string is complete.</summary>
    public void EndString() => _openName = Node.None;

    /// <summary>The event was given up: a name that was cut off in it is forgotten.</summary>
    public void Drop()
    {
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

    /// <summary>An event was read to its end.</summary>
    public void CountEvent() => _events = Math.Min(_events + 1, NameEventsMax);
}
