namespace Lava.Gateway.Upstreams.Http1;

/// <summary>How far a request came on one connection.</summary>
internal enum ExchangeStep
{
    /// <summary>The head of its answer is there.</summary>
    Answered,

    /// <summary>Nothing of it was sent.</summary>
    NotSent,

    /// <summary>It was sent, or a part of it; no byte of an answer came.</summary>
    Unanswered,

    /// <summary>It got a part of a head, or none that counts.</summary>
    Broken,
}
