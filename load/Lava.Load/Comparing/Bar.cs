using System.Globalization;

namespace Lava.Load.Comparing;

/// <summary>One figure that the gateway must reach.</summary>
/// <param name="Figure">What it is.</param>
/// <param name="Reached">No number: not measured.</param>
/// <param name="Limit">The bar.</param>
/// <param name="IsMin">At least this, rather than at most.</param>
/// <param name="Unit">Of both; empty for a ratio.</param>
internal sealed record Bar(string Figure, double Reached, double Limit, bool IsMin, string Unit = "")
{
    /// <summary>As cells of a table.</summary>
    public IReadOnlyList<string> Cells => [Figure, Text(Reached), (IsMin ? "≥ " : "≤ ") + Text(Limit), Verdict];

    private string Verdict => double.IsNaN(Reached) ? "not measured" : (IsMin ? Reached >= Limit : Reached <= Limit) ? "holds" : "MISSED";

    private string Text(double value) => value.ToString(Unit.Length == 0 ? "0.00" : "0.#", CultureInfo.InvariantCulture)
        + (Unit.Length == 0 ? "" : " " + Unit);
}
