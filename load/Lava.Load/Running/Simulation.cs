namespace Lava.Load.Running;

/// <summary>How load is made, in NBomber's words. A scenario runs several in a row.</summary>
/// <param name="During">How long.</param>
internal abstract record Simulation(TimeSpan During)
{
    /// <summary>Calls a second with which the phase ends; where the next ramp begins.</summary>
    public virtual double RateAtEnd => 0;

    /// <summary>For the report.</summary>
    public abstract string Text { get; }

    /// <summary>
    /// Open loop: so many calls a second, whether or not the earlier ones have ended. Latency counts from the moment at which the call
    /// was due, so that a server that stalls does not hide the calls that would have come meanwhile.
    /// </summary>
    public sealed record Inject(double Rate, TimeSpan During) : Simulation(During)
    {
        public override double RateAtEnd => Rate;

        public override string Text => FormattableString.Invariant($"open loop, {Rate} calls/s for {During.TotalSeconds} s");
    }

    /// <summary>Open loop whose rate changes evenly, from the rate of the phase before to its own.</summary>
    public sealed record RampingInject(double Rate, TimeSpan During) : Simulation(During)
    {
        public override double RateAtEnd => Rate;

        public override string Text => FormattableString.Invariant($"open loop, ramp to {Rate} calls/s in {During.TotalSeconds} s");
    }

    /// <summary>Closed loop: so many callers, each of which calls again when its call has ended. Shows throughput, not latency.</summary>
    public sealed record KeepConstant(int Copies, TimeSpan During) : Simulation(During)
    {
        public override string Text => FormattableString.Invariant($"closed loop, {Copies} callers for {During.TotalSeconds} s");
    }

    /// <summary>Nothing is sent; what was sent before goes on.</summary>
    public sealed record Pause(TimeSpan During) : Simulation(During)
    {
        public override string Text => FormattableString.Invariant($"pause of {During.TotalSeconds} s");
    }
}
