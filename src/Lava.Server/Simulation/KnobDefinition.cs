namespace Lava.Server.Simulation;

/// <summary>One row of <see cref="KnobTable"/>.</summary>
/// <param name="Part">Name in the model's parts.</param>
/// <param name="Header">Name of the header, after <c>x-sim-</c>.</param>
/// <param name="Default">Value when nobody sets it; may lie outside the range.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Description">For the help text.</param>
/// <param name="Min">Smallest value.</param>
internal sealed record KnobDefinition(string Part, string Header, long Default, long Max, string Description, long Min = 0);
