namespace Lava.Load.Running;

/// <summary>One call.</summary>
/// <param name="number">Counts from 0: for taking turns.</param>
internal delegate Task<StepResult> Step(long number);
