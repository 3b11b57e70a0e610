namespace Lava.Load.Running.Plots;

/// <summary>A line of a plot.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Points">From left to right.</param>
internal sealed record PlotSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
