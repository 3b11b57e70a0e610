namespace Lava.Load.Comparing;

/// <summary>Figures of systems, one for each round.</summary>
internal sealed class Figures
{
    private readonly Dictionary<(string System, string Figure), List<double>> _values = [];

    public void Add(string system, string figure, double value)
    {
        if (!_values.TryGetValue((system, figure), out var values))
        {
            _values[(system, figure)] = values = [];
        }

        values.Add(value);
    }

    /// <summary>The median of the rounds; no number without any.</summary>
    public double Median(string system, string figure) => Median(Values(system, figure));

    /// <summary>The median of the quotients of each round.</summary>
    public double Ratio(string system, string other, string figure) =>
        Median(Values(system, figure).Zip(Values(other, figure), (own, its) => own / its));

    /// <summary>The median of the differences of each round.</summary>
    public double Difference(string system, string other, string figure) =>
        Median(Values(system, figure).Zip(Values(other, figure), (own, its) => own - its));

    private IReadOnlyList<double> Values(string system, string figure) => _values.GetValueOrDefault((system, figure)) ?? [];

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
