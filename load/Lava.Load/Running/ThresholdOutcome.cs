namespace Lava.Load.Running;

/// <summary>A threshold after a run.</summary>
/// <param name="Verdict">Does it hold?</param>
/// <param name="Measured">The value, as text with its unit.</param>
internal readonly record struct ThresholdOutcome(Verdict Verdict, string Measured);
