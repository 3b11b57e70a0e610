using System.Globalization;

namespace Lava.Load.Running.Plots;

/// <summary>An axis: the values that it shows, where they lie between 0 and 1, and its ticks.</summary>
internal sealed class PlotAxis
{
    private const int TicksWanted = 6;
    private const int FewPowers = 3;
    private const double Rounding = 1 + 1e-9;
    private static readonly double[] Steps = [1, 2, 5];
    private readonly Func<double, double> _scale;

    private PlotAxis(string label, double min, double max, Func<double, double> scale, IReadOnlyList<(double, string)> ticks)
    {
        (Label, Min, Max, _scale, Ticks) = (label, min, max, scale, ticks);
    }

    /// <summary>What it measures, with the unit.</summary>
    public string Label { get; }

    public double Min { get; }

    public double Max { get; }

    public IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <summary>From 0 to at least <paramref name="max"/>, in steps of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="label">What it measures, with the unit.</param>
    /// <param name="max">The largest value.</param>
    /// <param name="isExact">End at it, rather than at the next tick.</param>
    public static PlotAxis Linear(string label, double max, bool isExact = false)
    {
        max = max > 0 && double.IsFinite(max) ? max : 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(max / TicksWanted)));
        var step = Steps.Append(10).Select(times => times * power).First(step => max / step <= TicksWanted);
        var last = isExact ? Math.Floor(max / step + 1e-9) : Math.Ceiling(max / step - 1e-9);
        var ticks = Enumerable.Range(0, (int)last + 1).Select(i => (i * step, Text(i * step))).ToArray();
        return new PlotAxis(label, 0, isExact ? max : last * step, value => value, ticks);
    }

    /// <summary>From and to 1, 2 or 5 times a power of ten; with ticks at the powers alone where there are many.</summary>
    public static PlotAxis Logarithmic(string label, double min, double max)
    {
        min = min > 0 && double.IsFinite(min) ? min : 0.001;
        max = max > min && double.IsFinite(max) ? max : min * 2;
        var (first, last) = ((int)Math.Floor(Math.Log10(min)), (int)Math.Ceiling(Math.Log10(max)));
        var all = Enumerable.Range(first, last - first + 1)
            .SelectMany(power => Steps.Select(times => (IsPower: times == 1, Value: times * Math.Pow(10, power)))).ToArray();
        var from = all.Last(tick => tick.Value <= min * Rounding).Value;
        var to = all.First(tick => tick.Value * Rounding >= max).Value;
        var ticks = all.Where(tick => tick.Value >= from && tick.Value <= to && (tick.IsPower || last - first <= FewPowers));
        return new PlotAxis(label, from, Math.Max(to, from * 2), Math.Log10, [.. ticks.Select(tick => (tick.Value, Text(tick.Value)))]);
    }

    /// <summary>
    /// Shares of all calls, of which each step to the right leaves a tenth: 0, 90, 99, 99.9 %. The largest has one of
    /// <paramref name="count"/> above it.
    /// </summary>
    public static PlotAxis Percentiles(string label, long count)
    {
        var nines = Math.Max(1, Math.Ceiling(Math.Log10(Math.Max(2, count))));
        var ticks = Enumerable.Range(0, (int)nines + 1).Select(n => ((double)n, Text(n))).Append((Math.Log10(2), "50 %"));
        return new PlotAxis(label, 0, nines, value => value, [.. ticks]);

        static string Text(int nines) => nines switch
        {
            0 => "0 %",
            1 => "90 %",
            2 => "99 %",
            _ => $"99.{new string('9', nines - 2)} %",
        };
    }

    /// <summary>0 at the beginning, 1 at the end; what lies outside is at the end nearest to it.</summary>
    public double Place(double value) =>
        Math.Clamp((_scale(Math.Clamp(value, Min, Max)) - _scale(Min)) / (_scale(Max) - _scale(Min)), 0, 1);

    private static string Text(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);
}
