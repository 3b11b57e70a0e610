namespace Lava.Load.Running;

/// <summary>How a call ended.</summary>
/// <param name="IsOk">As the scenario expects it?</param>
/// <param name="Status">The status, or what went wrong, in a word.</param>
/// <param name="FirstChunkAt">Timestamp of the first bytes of the body; 0 where the scenario does not look at it.</param>
internal readonly record struct StepResult(bool IsOk, string Status, long FirstChunkAt = 0);
