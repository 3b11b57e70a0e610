namespace Lava.Server.Hosting;

/// <summary>A node's state at a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Values">By <see cref="OperationsValue"/>; never changed.</param>
internal sealed record OperationsSample(DateTimeOffset At, long[] Values)
{
    /// <summary>One of the values.</summary>
    public long this[OperationsValue value] => Values[(int)value];

    /// <summary>How much a counter has grown each second since an earlier sample; 0 without one.</summary>
    public double RateSince(OperationsSample? earlier, OperationsValue counter) =>
        earlier is null || At <= earlier.At ? 0 : Math.Max(0, this[counter] - earlier[counter]) / (At - earlier.At).TotalSeconds;
}
