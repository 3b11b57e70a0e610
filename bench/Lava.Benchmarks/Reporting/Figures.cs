namespace Lava.Benchmarks.Reporting;

/// <summary>The benchmarks whose figures stand in bench/README.md.</summary>
internal static class Figures
{
    public const string Category = "figures";
}
