using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Lava.Metering.Catalog;

namespace Lava.Metering.Scanning;

/// <summary>
/// Reads what a JSON body of <see cref="ApiFormat.Fields"/> says by its endpoint's table, in one pass, and proves the whole body to be
/// valid JSON, as <see cref="RequestPeek"/> does for the other formats.
/// </summary>
internal ref struct FieldsPeek
{
    // Deeper than any path of a table.
    private const int KnownDepthMax = 16;

    // Longer keys are none of a table.
    private const int KeyMax = FieldTreeBuilder.RequestNameMax + 1;

    private readonly ReadOnlySpan<byte> _body;
    private readonly FieldTree _tree;
    private FieldRequest _request;
    private JsonCursor _cursor;
    private Brackets _arrays;
    private Nodes _nodes;
    private PeekOutcome _outcome;
    private bool _isEmpty;
    private int _depth;

    private FieldsPeek(ReadOnlySpan<byte> body, FieldTree tree)
    {
        _body = body;
        _tree = tree;
        _request = new FieldRequest(body, tree);
        _cursor = new JsonCursor(body);
    }

    /// <summary>Reads a body. Unless it is <see cref="PeekOutcome.Ok"/>, only the field that is wrong holds.</summary>
    public static PeekOutcome Peek(ReadOnlySpan<byte> body, ProviderEndpoint endpoint, out RequestFacts facts)
    {
        var peek = new FieldsPeek(body, endpoint.Fields.Request);
        var outcome = peek.ReadBody();
        outcome = outcome == PeekOutcome.Ok ? peek._request.Complete(endpoint) : outcome;
        facts = peek._request.Facts;
        return outcome;
    }

    private PeekOutcome ReadBody()
    {
        if (!Utf8.IsValid(_body))
        {
            return PeekOutcome.InvalidUtf8;
        }

        if (_cursor.Peek() != '{')
        {
            return _cursor.Position < _body.Length && _cursor.TrySkipValue() ? PeekOutcome.NotAnObject : PeekOutcome.NotJson;
        }

        _request.Facts.BodyStart = _cursor.Position + 1;
        var goesOn = ReadValue(FieldTree.Root);
        while (goesOn && _depth > 0)
        {
            goesOn = ReadNext();
        }

        if (!goesOn)
        {
            return _outcome != PeekOutcome.Ok ? _outcome
                : _request.Outcome != PeekOutcome.Ok ? _request.Outcome
                : PeekOutcome.NotJson;
        }

        _cursor.Peek();
        return _cursor.Position == _body.Length ? PeekOutcome.Ok : PeekOutcome.NotJson;
    }

    // Inside an object or array: its end or its next value. Nesting is a loop, not a recursion.
    private bool ReadNext()
    {
        var isArray = IsArray;
        var isFirst = _isEmpty;
        _isEmpty = false;
        if (_cursor.Peek() == (isArray ? ']' : '}'))
        {
            _cursor.Advance();
            _depth--;
            return true;
        }

        if (!isFirst && !_cursor.TryTake((byte)','))
        {
            return false;
        }

        var parent = _depth <= KnownDepthMax ? _nodes[_depth - 1] : Node.None;
        return isArray ? ReadValue(parent == Node.None ? parent : _tree[parent].Element) : ReadMember(parent);
    }

    private bool ReadMember(byte parent)
    {
        if (!_cursor.TryTakeString(out var content, out var hasEscapes) || !_cursor.TryTake((byte)':'))
        {
            return false;
        }

        var node = parent == Node.None ? Node.None : FindMember(parent, content.Of(_body), hasEscapes);
        return (node == Node.None || _request.TryBegin(node)) && ReadValue(node);
    }

    private readonly byte FindMember(byte parent, ReadOnlySpan<byte> name, bool hasEscapes)
    {
        if (!hasEscapes)
        {
            return _tree.Member(parent, name);
        }

        Span<byte> unescaped = stackalloc byte[KeyMax];
        return _tree.Member(parent, JsonText.Unescape(name, unescaped));
    }

    private bool ReadValue(byte node)
    {
        switch (_cursor.Peek())
        {
            case (byte)'"':
                return _cursor.TryTakeString(out var content, out var hasEscapes)
                    && (node == Node.None || _request.TryTakeText(node, content, hasEscapes));
            case (byte)'{':
                return Open(node, isArray: false);
            case (byte)'[':
                return Open(node, isArray: true);
            default:
                return _cursor.TryTakeScalar(out var token) && (node == Node.None || _request.TryTakeScalar(node, token.Of(_body)));
        }
    }

    private bool Open(byte node, bool isArray)
    {
        if (node != Node.None && !_request.TryTakeContainer(node))
        {
            return false;
        }

        if (_depth == RequestPeek.DepthMax)
        {
            _outcome = PeekOutcome.TooDeep;
            return false;
        }

        if (_depth < KnownDepthMax)
        {
            _nodes[_depth] = node;
        }

        var bit = 1ul << (_depth & 63);
        ref var word = ref _arrays[_depth >> 6];
        word = isArray ? word | bit : word & ~bit;
        _depth++;
        _cursor.Advance();
        _isEmpty = true;
        return true;
    }

    private readonly bool IsArray => (_arrays[(_depth - 1) >> 6] & (1ul << ((_depth - 1) & 63))) != 0;

    [InlineArray(RequestPeek.DepthMax / 64)]
    private struct Brackets
    {
        private ulong _first;
    }

    [InlineArray(KnownDepthMax)]
    private struct Nodes
    {
        private byte _first;
    }
}
