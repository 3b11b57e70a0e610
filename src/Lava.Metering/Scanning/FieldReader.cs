namespace Lava.Metering.Scanning;

/// <summary>
/// Reads answers by their endpoint's own table. Within one root value the figures of a place are added (an array has one in each
/// element); of several root values the last that has a figure counts: streams repeat their usage as it grows.
/// </summary>
internal struct FieldReader(ResponseFacts facts) : IResponseReader
{
    private readonly FieldTree? _tree = facts.Fields?.Answer;
    private FieldTally _event;
    private BoundedText _text;
    private JobState _job;
    private bool _ended;
    private bool _eventEnded;
    private bool _isCut;
    private bool _lostFigures;

    /// <inheritdoc/>
    public static byte DeltaNode => Node.None;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key)
    {
        if (_tree is null)
        {
            return Node.None;
        }

        node = node == Node.Root ? FieldTree.Root : node;
        if (!_tree.Contains(node))
        {
            // An error that is an object with anything in it.
            facts.IsError |= node == Node.Error;
            return Node.None;
        }

        return Public(_tree.Member(node, key));
    }

    /// <inheritdoc/>
    public byte Element(byte node)
    {
        if (_tree is null || !_tree.Contains(node))
        {
            return node == Node.Error ? node : Node.None;
        }

        var element = _tree[node].Element;
        if (element != Node.None && _tree[element].Place is var place and not FieldNode.NoPlace)
        {
            // An array without elements counts none: that is something else than no array.
            _event.Add(place, 0);
        }

        return element == Node.None ? Node.None : Public(element);
    }

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        if (_tree is null || !_tree.Contains(node))
        {
            return;
        }

        ref readonly var place = ref _tree[node];
        if (place.IsElement || place.Role == FieldRole.Images)
        {
            CountOne(node);
        }
        else if (place.Place != FieldNode.NoPlace)
        {
            _event.IsInsane = true;
        }
    }

    /// <inheritdoc/>
    public readonly void EndObject(byte node)
    {
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        _text.Clear();
        facts.BeginString(node);
    }

    /// <inheritdoc/>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        if (_tree is not null && _tree.Contains(node))
        {
            _text.Append(bytes);
        }
        else
        {
            facts.AppendString(node, bytes);
        }
    }

    /// <inheritdoc/>
    public void EndString(byte node)
    {
        if (_tree is null || !_tree.Contains(node))
        {
            facts.EndString(node);
            return;
        }

        ref readonly var place = ref _tree[node];
        switch (place.Role)
        {
            case FieldRole.Status:
                _job = facts.Fields!.StateOf(_text.Span);
                break;
            case FieldRole.End:
                _eventEnded |= facts.Fields!.StateOf(_text.Span) == JobState.Succeeded;
                break;
            case FieldRole.Images when IsImage(_text.Span):
                CountOne(node);
                break;
            case FieldRole.Images when !FieldText.ReadNumber(_text.Span).IsComplete:
                break;
            default:
                if (place.Place != FieldNode.NoPlace && !_text.IsEmpty)
                {
                    Take(place.Place, FieldText.ReadNumber(_text.Span));
                }

                break;
        }
    }

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number)
    {
        if (node == Node.Error)
        {
            facts.IsError |= !number.TryGetCount(out var code) || code != 0;
        }
        else if (_tree is not null && _tree.Contains(node) && _tree[node] is { Place: not FieldNode.NoPlace } place
            && (number.IsComplete || place.Role != FieldRole.Images))
        {
            Take(place.Place, number);
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        facts.Told.Merge(_event);
        facts.Job = _job == JobState.None ? facts.Job : _job;
        _ended |= _eventEnded;
        facts.CountEvent();
        ClearEvent();
        _isCut = false;
    }

    /// <inheritdoc/>
    public void Drop()
    {
        _isCut = true;
        _lostFigures |= _event.HasAny;
        facts.Drop();
        ClearEvent();
    }

    /// <inheritdoc/>
    public readonly Usage ToUsage()
    {
        if (_tree is null)
        {
            return new Usage { Reason = UsageReason.Missing };
        }

        facts.IsFinal = IsFinal;
        return FieldUsage.Of(FieldUsage.CountsOf(facts), facts);
    }

    // A JSON body ends with its value, everything else with the body, and a stream whose table knows its last event with that.
    private readonly bool IsFinal =>
        !_isCut
        && !_lostFigures
        && (facts.Framing == ResponseFraming.Json
            ? facts.IsTerminal
            : facts.HasEnded && (_ended || facts.Framing == ResponseFraming.Opaque || !_tree!.Has(FieldRole.End)));

    // A link to one, or one's media type. Other texts at such a place are what a model says.
    private static bool IsImage(ReadOnlySpan<byte> text) =>
        text.StartsWith("http"u8) || text.StartsWith("data:"u8) || text.StartsWith("gs://"u8) || text.StartsWith("image/"u8);

    // What all formats have stands at their common nodes.
    private readonly byte Public(byte node) => node == Node.None ? node : _tree![node].Role switch
    {
        FieldRole.Model => Node.Model,
        FieldRole.Id => Node.Id,
        FieldRole.Text => Node.Text,
        FieldRole.Error => Node.Error,
        FieldRole.ServiceTier => Node.ServiceTier,
        _ => node,
    };

    private void CountOne(byte node)
    {
        if (_tree is not null && _tree.Contains(node) && _tree[node].Place is var place and not FieldNode.NoPlace)
        {
            _event.Add(place, 1);
        }
    }

    private void Take(byte place, in DecimalNumber number)
    {
        if (_tree!.Places[place].TryRead(number, out var value))
        {
            _event.Add(place, value);
        }
        else
        {
            _event.IsInsane = true;
        }
    }

    private void ClearEvent()
    {
        _event = default;
        _job = JobState.None;
        _eventEnded = false;
    }
}
