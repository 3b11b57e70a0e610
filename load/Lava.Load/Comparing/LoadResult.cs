using Lava.Load.Running;

namespace Lava.Load.Comparing;

/// <summary>What a load has found. From one thread.</summary>
internal sealed class LoadResult
{
    public long Answered { get; set; }

    /// <summary>Another status than 200, a body of another length, a connection that broke, or no answer in time.</summary>
    public long Failed { get; set; }

    /// <summary>What went wrong first.</summary>
    public string? Failure { get; set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>From the sending of a request, in an open loop from when it was due, to the end of its answer.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>From the sending of a request to its first event, without the time that the provider took.</summary>
    public Histogram FirstEvent { get; } = new();

    /// <summary>By how much the time between two events differs between provider and client.</summary>
    public Histogram Gap { get; } = new();

    public double PerSecond => Answered / Elapsed.TotalSeconds;
}
