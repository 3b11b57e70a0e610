using Lava.Load.Comparing;

namespace Lava.Tests.Load.Comparing;

public sealed class FiguresTests
{
    private readonly Figures _figures = new();

    [Fact]
    public void Ratio_RoundsThatDiffer_IsOfEachRound()
    {
        // The machine slows down from round to round: the ratio does not change, that of the medians would be 2.
        Add("a", 100, 40, 10);
        Add("b", 200, 80, 20);
        Assert.Equal(0.5, _figures.Ratio("a", "b", "x"));
        Assert.Equal(-40, _figures.Difference("a", "b", "x"));
        Assert.Equal(40, _figures.Median("a", "x"));
    }

    [Fact]
    public void Median_EvenCount_IsBetweenTheMiddleTwo()
    {
        Add("a", 1, 9, 3, 5);
        Assert.Equal(4, _figures.Median("a", "x"));
    }

    [Fact]
    public void Ratio_WithoutRounds_IsNoNumber() => Assert.Equal(double.NaN, _figures.Ratio("a", "b", "x"));

    [Theory]
    [InlineData(0.85, 0.85, true, "holds")]
    [InlineData(0.84, 0.85, true, "MISSED")]
    [InlineData(1.2, 1.2, false, "holds")]
    [InlineData(1.21, 1.2, false, "MISSED")]
    [InlineData(double.NaN, 1.2, false, "not measured")]
    public void Bar_ReachedOrNot_SaysSo(double reached, double limit, bool isMin, string verdict) =>
        Assert.Equal(verdict, new Bar("", reached, limit, isMin).Cells[^1]);

    private void Add(string system, params double[] values)
    {
        foreach (var value in values)
        {
            _figures.Add(system, "x", value);
        }
    }
}
