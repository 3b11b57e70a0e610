using System.Text;
using Lava.Metering.Catalog;

namespace Lava.Metering.Scanning;

/// <summary>
/// Reads what a form (multipart/form-data, RFC 7578) says by its endpoint's table: texts by the names of its parts, and the length of a
/// recording. What two readers could take differently is refused: a part twice, a name with escapes, an encoded part.
/// </summary>
internal ref struct FormPeek
{
    // The largest forms are edits of 16 images with some twenty texts.
    private const int PartsMax = 256;

    // A part's headers: a name, a file's name, a type.
    private const int HeaderBytesMax = 8192;

    // RFC 2046, section 5.1.1.
    private const int BoundaryMax = 70;

    private const int ContentTypeMax = 512;

    private readonly ReadOnlySpan<byte> _body;
    private readonly ReadOnlySpan<byte> _delimiter;
    private readonly FieldTree _tree;
    private FieldRequest _request;

    private FormPeek(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter, FieldTree tree)
    {
        _body = body;
        _delimiter = delimiter;
        _tree = tree;
        _request = new FieldRequest(body, tree);
    }

    /// <summary>Is this the content type of a form?</summary>
    public static bool IsForm(ReadOnlySpan<char> contentType) =>
        contentType.TrimStart().StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a body. Unless it is <see cref="PeekOutcome.Ok"/>, only the field that is wrong holds.</summary>
    public static PeekOutcome Peek(
        ReadOnlySpan<byte> body, ReadOnlySpan<char> contentType, ProviderEndpoint endpoint, out RequestFacts facts)
    {
        facts = default;
        Span<byte> type = stackalloc byte[ContentTypeMax];
        Span<byte> delimiter = stackalloc byte[BoundaryMax + 4];
        if (!Encoding.UTF8.TryGetBytes(contentType, type, out var length) || !TryGetDelimiter(type[..length], delimiter, out var size))
        {
            return PeekOutcome.NotAForm;
        }

        var peek = new FormPeek(body, delimiter[..size], endpoint.Fields.Request);
        var outcome = peek.ReadBody();
        outcome = outcome == PeekOutcome.Ok ? peek._request.Complete(endpoint) : outcome;
        facts = peek._request.Facts;
        return outcome;
    }

    private static bool TryGetDelimiter(ReadOnlySpan<byte> contentType, Span<byte> delimiter, out int size)
    {
        size = 0;
        var parameters = new FormParameters(contentType);
        if (!FormParameters.Is(parameters.TakeKind(), "multipart/form-data"u8))
        {
            return false;
        }

        while (parameters.TryTake(out var name, out var content))
        {
            if (!FormParameters.Is(name, "boundary"u8))
            {
                continue;
            }

            if (size != 0 || content.Length is 0 or > BoundaryMax || content.ContainsAnyExceptInRange((byte)' ', (byte)'~')
                || content.Contains((byte)'\\'))
            {
                return false;
            }

            "\r\n--"u8.CopyTo(delimiter);
            content.CopyTo(delimiter[4..]);
            size = content.Length + 4;
        }

        return size != 0 && !parameters.IsMalformed;
    }

    private PeekOutcome ReadBody()
    {
        if (!_body.StartsWith(_delimiter[2..]))
        {
            return PeekOutcome.NotAForm;
        }

        var at = _delimiter.Length - 2;
        for (var parts = 0; parts <= PartsMax; parts++)
        {
            var rest = _body[at..];
            if (rest.StartsWith("--"u8))
            {
                return rest[2..].Trim("\r\n \t"u8).IsEmpty ? PeekOutcome.Ok : PeekOutcome.NotAForm;
            }

            var line = rest.TrimStart(" \t"u8);
            if (!line.StartsWith("\r\n"u8) || parts == PartsMax)
            {
                return PeekOutcome.NotAForm;
            }

            at = _body.Length - line.Length + 2;
            if (!TryReadPart(ref at))
            {
                return _request.Outcome == PeekOutcome.Ok ? PeekOutcome.NotAForm : _request.Outcome;
            }
        }

        return PeekOutcome.NotAForm;
    }

    // From its headers to what stands after the delimiter that ends it.
    private bool TryReadPart(ref int at)
    {
        var head = _body[at..];
        var end = head[..Math.Min(head.Length, HeaderBytesMax)].IndexOf("\r\n\r\n"u8);
        if (end < 0 || !TryReadHeaders(head[..end], out var name, out var isFile))
        {
            return false;
        }

        var start = at + end + 4;

        // An empty part's delimiter begins with the line end of its headers.
        var length = _body[(start - 2)..].IndexOf(_delimiter) - 2;
        if (length < -2)
        {
            return false;
        }

        at = start + length + _delimiter.Length;
        return TryTake(name, new ByteRange(start, Math.Max(0, length)), isFile);
    }

    private bool TryTake(ReadOnlySpan<byte> name, ByteRange content, bool isFile)
    {
        var node = _tree.Member(FieldTree.Root, name);
        if (node == Node.None)
        {
            return true;
        }

        if (!_request.TryBegin(node))
        {
            return false;
        }

        if (isFile && _tree[node].Role == FieldRole.Recording)
        {
            _request.TakeRecording(content.Of(_body));
            return true;
        }

        return _request.TryTakeText(node, content, hasEscapes: false);
    }

    private static bool TryReadHeaders(ReadOnlySpan<byte> head, out ReadOnlySpan<byte> name, out bool isFile)
    {
        name = default;
        isFile = false;
        var found = false;
        while (!head.IsEmpty)
        {
            var end = head.IndexOf("\r\n"u8);
            var line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 2)..];
            var colon = line.IndexOf((byte)':');

            // A line that goes on the one before is obsolete, and not every reader knows it.
            if (colon <= 0 || line[0] is (byte)' ' or (byte)'\t')
            {
                return false;
            }

            var header = line[..colon].TrimEnd(" \t"u8);
            var value = line[(colon + 1)..].Trim(" \t"u8);
            if (FormParameters.Is(header, "content-disposition"u8))
            {
                if (found || !TryReadDisposition(value, out name, out isFile))
                {
                    return false;
                }

                found = true;
            }
            else if (FormParameters.Is(header, "content-transfer-encoding"u8) && !IsPlain(value))
            {
                return false;
            }
        }

        return found;
    }

    private static bool TryReadDisposition(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> name, out bool isFile)
    {
        name = default;
        isFile = false;
        var named = false;
        var parameters = new FormParameters(value);
        if (!FormParameters.Is(parameters.TakeKind(), "form-data"u8))
        {
            return false;
        }

        while (parameters.TryTake(out var key, out var content))
        {
            if (FormParameters.Is(key, "name"u8))
            {
                if (named || content.Contains((byte)'\\'))
                {
                    return false;
                }

                name = content;
                named = true;
            }
            else if (FormParameters.Is(key, "name*"u8))
            {
                return false;
            }
            else
            {
                isFile |= FormParameters.Is(key, "filename"u8) || FormParameters.Is(key, "filename*"u8);
            }
        }

        return named && !parameters.IsMalformed;
    }

    private static bool IsPlain(ReadOnlySpan<byte> encoding) =>
        FormParameters.Is(encoding, "binary"u8) || FormParameters.Is(encoding, "8bit"u8) || FormParameters.Is(encoding, "7bit"u8);
}
