namespace Lava.Server.Demo;

/// <summary>What the demonstration's application does with models.</summary>
/// <param name="Name">As it stands in the calls' metadata.</param>
/// <param name="Meter">The meter that charges for it: its place in <see cref="DemoShop.Meters"/>.</param>
/// <param name="Share">Its share of the calls.</param>
/// <param name="InputTokens">Tokens in; half of all calls have less.</param>
/// <param name="OutputTokens">Tokens out; half of all calls have less.</param>
/// <param name="Cached">The most of the input that comes from a cache, at the end; none does at the beginning.</param>
/// <param name="Streamed">The share of calls that are streamed.</param>
/// <param name="Embedded">The share of calls that go to the embedding model.</param>
internal sealed record DemoFeature(
    string Name, int Meter, double Share, double InputTokens, double OutputTokens, double Cached, double Streamed, double Embedded)
{
    public static readonly DemoFeature[] All =
    [
        new("chat", 0, 0.52, 1_800, 320, 0.4, 0.95, 0),
        new("summarise", 1, 0.17, 7_500, 420, 0.1, 0.25, 0),
        new("search", 2, 0.22, 600, 90, 0, 0.1, 0.6),
        new("agent", 0, 0.09, 24_000, 1_400, 0.8, 0.6, 0),
    ];

    private static readonly double[] Shares = Sums();

    /// <summary>The calls' metadata.</summary>
    public string Metadata { get; } = $$"""{"feature":"{{Name}}","environment":"production"}""";

    /// <summary>One of them, as often as its share says.</summary>
    public static DemoFeature Pick(SeededRandom random) => All[random.In(Shares)];

    private static double[] Sums()
    {
        var sum = 0.0;
        return Array.ConvertAll(All, feature => sum += feature.Share);
    }
}
