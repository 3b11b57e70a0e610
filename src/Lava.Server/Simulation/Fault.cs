namespace Lava.Server.Simulation;

/// <summary>What goes wrong with an answer. The names are in <see cref="Faults"/>.</summary>
internal enum Fault : byte
{
    None,
    Cut,
    CutBeforeUsage,
    Stall,
    StallHeaders,
    NoUsage,
    LyingUsage,
    Gzip,
    Chunked,
    ErrorEvent,
    Redirect,
    Huge,
}
