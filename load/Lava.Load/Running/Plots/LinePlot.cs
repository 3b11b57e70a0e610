using System.Globalization;
using System.Xml.Linq;

namespace Lava.Load.Running.Plots;

/// <summary>Lines over two axes, as SVG. The page's style sheet gives the colours, by the classes s0, s1, …</summary>
internal sealed record LinePlot(string Title, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotSeries> Series)
{
    private const int Width = 760;
    private const int Height = 300;
    private const int Left = 72;
    private const int Right = 36;
    private const int LegendRow = 18;
    private const int Bottom = 48;

    // Above it dots would melt into a band.
    private const int DotsMax = 120;
    private const int LegendSwatch = 26;
    private const double LegendCharacter = 5.9;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly (double X, int Row)[] _places = Arrange(Series);

    /// <summary>A dot with its value at each point; without, the line alone.</summary>
    public bool HasDots { get; init; } = true;

    private int Top => 16 + LegendRow * (1 + _places.Select(place => place.Row).LastOrDefault());

    public XElement Draw() => new(
        Svg + "svg",
        new XAttribute("viewBox", $"0 0 {Width} {Height}"),
        new XAttribute("role", "img"),
        new XAttribute("aria-label", Title),
        Series.SelectMany((_, index) => LegendOf(index)),
        X.Ticks.SelectMany(tick => XTick(tick.Value, tick.Text)),
        Y.Ticks.SelectMany(tick => YTick(tick.Value, tick.Text)),
        Element("rect", ("x", Left), ("y", Top), ("width", Width - Left - Right), ("height", Height - Top - Bottom), ("class", "frame")),
        Text(X.Label, (Left + Width - Right) / 2d, Height - 8, "middle"),
        Text(Y.Label, 0, 0, "middle", ("transform", $"translate(14 {Number((Top + Height - Bottom) / 2d)}) rotate(-90)")),
        Series.Select(Line));

    private double AtX(double value) => Left + X.Place(value) * (Width - Left - Right);

    private double AtY(double value) => Height - Bottom - Y.Place(value) * (Height - Top - Bottom);

    private IEnumerable<XElement> XTick(double value, string text)
    {
        yield return Element("line", ("x1", AtX(value)), ("x2", AtX(value)), ("y1", Top), ("y2", Height - Bottom), ("class", "grid"));
        yield return Text(text, AtX(value), Height - Bottom + 16, "middle");
    }

    private IEnumerable<XElement> YTick(double value, string text)
    {
        yield return Element("line", ("x1", Left), ("x2", Width - Right), ("y1", AtY(value)), ("y2", AtY(value)), ("class", "grid"));
        yield return Text(text, Left - 6, AtY(value) + 4, "end");
    }

    private IEnumerable<XElement> LegendOf(int index)
    {
        var (x, row) = _places[index];
        var y = 16 + row * LegendRow;
        yield return Element("line", ("x1", x), ("x2", x + LegendSwatch - 8), ("y1", y), ("y2", y), ("class", $"line s{index}"));
        yield return Text(Series[index].Name, x + LegendSwatch - 2, y + 4, "start");
    }

    // A row below where the width is used up.
    private static (double X, int Row)[] Arrange(IReadOnlyList<PlotSeries> series)
    {
        var places = new (double X, int Row)[series.Count];
        var (x, row) = ((double)Left, 0);
        for (var i = 0; i < series.Count; i++)
        {
            var width = LegendSwatch + 16 + series[i].Name.Length * LegendCharacter;
            (x, row) = x > Left && x + width > Width ? (Left, row + 1) : (x, row);
            places[i] = (x, row);
            x += width;
        }

        return places;
    }

    private XElement Line(PlotSeries series, int index)
    {
        var points = string.Join(' ', series.Points.Select(point => $"{Number(AtX(point.X))},{Number(AtY(point.Y))}"));
        var line = Element("polyline", ("points", points), ("class", $"line s{index}"));
        var dots = !HasDots || series.Points.Count > DotsMax ? [] : series.Points.Select(point => new XElement(
            Svg + "circle", Attributes(("cx", AtX(point.X)), ("cy", AtY(point.Y)), ("r", 2.2), ("class", $"dot s{index}")),
            new XElement(Svg + "title", FormattableString.Invariant($"{series.Name}: {point.Y:#,0.###}"))));
        return new XElement(Svg + "g", line, dots);
    }

    private static XElement Text(string text, double x, double y, string anchor, params (string, object)[] more) =>
        new(Svg + "text", Attributes([("x", x), ("y", y), ("text-anchor", anchor), .. more]), text);

    private static XElement Element(string name, params (string, object)[] attributes) => new(Svg + name, Attributes(attributes));

    private static IEnumerable<XAttribute> Attributes(params (string Name, object Value)[] attributes) =>
        attributes.Select(pair => new XAttribute(pair.Name, pair.Value is double number ? Number(number) : pair.Value));

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
