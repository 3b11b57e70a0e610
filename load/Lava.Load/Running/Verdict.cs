namespace Lava.Load.Running;

/// <summary>What a threshold says about a run.</summary>
internal enum Verdict
{
    Holds,

    /// <summary>The run fails.</summary>
    Missed,

    /// <summary>Not held, but the runner or the machine was late itself: a warning, no failure.</summary>
    Spoiled,
}
