namespace Lava.Gateway.Upstreams.Http1;

/// <summary>What tells where an answer's body ends (RFC 9112, 6.3).</summary>
internal enum BodyFraming : byte
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Its Content-Length.</summary>
    Length,

    /// <summary>Its last chunk.</summary>
    Chunked,

    /// <summary>The end of the connection.</summary>
    UntilClose,

    /// <summary>Nothing: what follows is another protocol.</summary>
    Upgraded,
}
