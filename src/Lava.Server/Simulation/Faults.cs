namespace Lava.Server.Simulation;

/// <summary>The faults by the name that asks for them.</summary>
internal static class Faults
{
    /// <summary>Name, fault and what it does, in the order of the help text.</summary>
    public static readonly (string Name, Fault Fault, string Description)[] All =
    [
        ("cut", Fault.Cut, "close the connection in the middle of the body"),
        ("cut-before-usage", Fault.CutBeforeUsage, "close it right before the final usage"),
        ("stall", Fault.Stall, "stop sending in the middle of the body, until the caller goes away"),
        ("stall-headers", Fault.StallHeaders, "never answer at all"),
        ("no-usage", Fault.NoUsage, "report no usage anywhere"),
        ("lying-usage", Fault.LyingUsage, "report absurd usage: 2^63-1 input, -1 output tokens"),
        ("gzip", Fault.Gzip, "compress the body though nobody asked"),
        ("chunked", Fault.Chunked, "send JSON without content-length"),
        ("error-event", Fault.ErrorEvent, "answer 200, then report an error in the body"),
        ("redirect", Fault.Redirect, "answer 302 to another host"),
        ("huge", Fault.Huge, "pad the body by x-sim-bytes bytes inside its first JSON object"),
    ];

    public static bool TryParse(ReadOnlySpan<char> name, out Fault fault)
    {
        foreach (var known in All)
        {
            if (name.SequenceEqual(known.Name))
            {
                fault = known.Fault;
                return true;
            }
        }

        fault = Fault.None;
        return false;
    }
}
