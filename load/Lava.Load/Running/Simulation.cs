namespace Lava.Load.Running;

/// <summary>How load is made, in NBomber's words.</summary>
/// <param name="During">How long.</param>
internal abstract record Simulation(TimeSpan During)
{
    /// <summary>
    /// Open loop: so many calls a second, whether or not the earlier ones have ended. Latency counts from the moment at which the call
    /// was due, so that a server that stalls does not hide the calls that would have come meanwhile.
    /// </summary>
    public sealed record Inject(double Rate, TimeSpan During) : Simulation(During);

    /// <summary>Closed loop: so many callers, each of which calls again when its call has ended. Shows throughput, not latency.</summary>
    public sealed record KeepConstant(int Copies, TimeSpan During) : Simulation(During);
}
