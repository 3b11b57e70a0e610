namespace Lava.Server.Simulation;

/// <summary>The only thing that outlives a request: how many there were, and how many callers went away before the end.</summary>
internal sealed class SimulatorStatistics
{
    private static readonly Operation[] Operations = Enum.GetValues<Operation>();
    private readonly long[] _requests = new long[Operations.Length];
    private long _abortedByClient;

    public void Count(Operation operation) => Interlocked.Increment(ref _requests[(int)operation]);

    public void CountAborted() => Interlocked.Increment(ref _abortedByClient);

    public void Write(Utf8Buffer output)
    {
        output.Append("{\"requests\":{"u8);
        var separator = ReadOnlySpan<byte>.Empty;
        foreach (var operation in Operations)
        {
            output.Append(separator).Append("\""u8).AppendEscaped(SimulatedRoute.NameOf(operation)).Append("\":"u8);
            output.Append(Interlocked.Read(ref _requests[(int)operation]));
            separator = ","u8;
        }

        output.Append("},\"aborted_by_client\":"u8).Append(Interlocked.Read(ref _abortedByClient)).Append("}"u8);
    }
}
