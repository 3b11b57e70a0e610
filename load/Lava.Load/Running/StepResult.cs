namespace Lava.Load.Running;

/// <summary>How a call ended.</summary>
/// <param name="IsOk">As the scenario expects it?</param>
/// <param name="Status">The status, or what went wrong, in a word.</param>
/// <param name="Events">The events of a streamed answer; null for other answers.</param>
internal readonly record struct StepResult(bool IsOk, string Status, IReadOnlyList<StreamEvent>? Events = null);
