using System.Net;

namespace Lava.Load.Comparing;

/// <summary>One load on one system.</summary>
internal sealed record LoadPlan
{
    public required IPEndPoint Address { get; init; }

    /// <summary>Whole requests as bytes, sent in turn.</summary>
    public required byte[][] Requests { get; init; }

    /// <summary>Bytes that each answer's body must have.</summary>
    public required int BodyBytes { get; init; }

    public required int Connections { get; init; }

    public required TimeSpan During { get; init; }

    /// <summary>Open loop: requests a second, whether or not earlier ones are answered. Zero: closed loop.</summary>
    public double Rate { get; init; }

    /// <summary>Closed loop: the time between the first requests of two connections, so that streams don't run in step.</summary>
    public TimeSpan Stagger { get; init; }

    /// <summary>Each connection makes one request and no more.</summary>
    public bool Once { get; init; }
}
