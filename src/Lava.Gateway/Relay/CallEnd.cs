namespace Lava.Gateway.Relay;

/// <summary>How an answer ended.</summary>
internal enum CallEnd
{
    /// <summary>It came to its end.</summary>
    Complete,

    /// <summary>Upstream broke off: the client must not take what it has for the whole.</summary>
    UpstreamCut,

    /// <summary>The client went away.</summary>
    DownstreamGone,

    /// <summary>A time limit ended the call.</summary>
    TimedOut,

    /// <summary>A bug in the gateway ended the call.</summary>
    Failed,
}
