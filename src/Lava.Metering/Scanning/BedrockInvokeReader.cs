namespace Lava.Metering.Scanning;

/// <summary>
/// Bedrock invoke and invoke-with-response-stream: a body of the model's vendor, whole or in pieces, each of which stands in a stream's
/// event as <c>{"bytes":"base64"}</c>. The base64 is decoded as it comes and the JSON in it read as it comes.
/// </summary>
internal struct BedrockInvokeReader(ResponseFacts facts) : IResponseReader
{
    private const byte Piece = Node.First;

    private BedrockInvokeBody _body = new(facts);
    private JsonPathScanner _inner;
    private Base64Text _base64;
    private bool _hasPiece;

    /// <inheritdoc/>
    public static byte DeltaNode => Node.None;

    private readonly bool IsStream => facts.Framing == ResponseFraming.EventStream;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) =>
        IsStream ? key.SequenceEqual("bytes"u8) ? Piece : Node.None : _body.Member(node, key);

    /// <inheritdoc/>
    public readonly byte Element(byte node) => IsStream ? Node.None : _body.Element(node);

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        if (!IsStream)
        {
            _body.BeginObject(node);
        }
    }

    /// <inheritdoc/>
    public void EndObject(byte node)
    {
        if (!IsStream)
        {
            _body.EndObject(node);
        }
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        if (!IsStream)
        {
            _body.BeginString(node);
        }
        else if (node == Piece)
        {
            // The body's root commits with the message that holds it, when that is proved right.
            _hasPiece = true;
            _base64 = default;
            _inner.DefersCommit = true;
            _inner.Start(Node.Root);
        }
    }

    /// <inheritdoc/>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        if (!IsStream)
        {
            _body.AppendString(node, bytes);
            return;
        }

        if (node != Piece)
        {
            return;
        }

        Span<byte> decoded = stackalloc byte[Base64Text.BytesMax];
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_base64.Decode(bytes, decoded, out var written)..];
            _inner.Scan(ref _body, decoded[..written]);
        }
    }

    /// <inheritdoc/>
    public void EndString(byte node)
    {
        if (!IsStream)
        {
            _body.EndString(node);
        }
    }

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number)
    {
        if (!IsStream)
        {
            _body.Number(node, number);
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        if (!IsStream)
        {
            _body.Commit();
            return;
        }

        if (_hasPiece && _inner.IsComplete && !_base64.IsMalformed)
        {
            _body.Commit();
        }
        else if (_hasPiece)
        {
            _body.Drop();
        }

        _hasPiece = false;
        _inner.Stop();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        _hasPiece = false;
        _inner.Stop();
        _body.Drop();
    }

    /// <inheritdoc/>
    public readonly Usage ToUsage() => _body.ToUsage();
}
