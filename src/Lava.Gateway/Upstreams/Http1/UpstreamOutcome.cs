namespace Lava.Gateway.Upstreams.Http1;

/// <summary>What came of a request to a provider.</summary>
internal enum UpstreamOutcome
{
    /// <summary>The head of its answer is there.</summary>
    Ok,

    /// <summary>Cancelled, or the connection took too long to be made.</summary>
    Cancelled,

    /// <summary>The provider's name has no address that is allowed.</summary>
    AddressRefused,

    /// <summary>No connection, one that broke before the answer's head was whole, or a head that breaks the rules.</summary>
    Unreachable,

    /// <summary>The host has as many connections as it may have.</summary>
    Exhausted,
}
