namespace Lava.Load.Comparing;

/// <summary>Whether one wallet that pays for all calls slows them down.</summary>
internal sealed class HotWalletQuestion(Systems systems, Loads loads) : IQuestion
{
    private const int Connections = 16;
    private const int Wallets = 1_000;
    private const string PerSecond = "calls/s";
    private const string One = ", one wallet";
    private const string Many = ", many wallets";
    private readonly Figures _figures = new();
    private readonly Dictionary<string, string[]> _tokens = [];

    public string Name => "hot-wallet";

    public async Task AskAsync(int round)
    {
        foreach (var system in systems.Gateways.InTurn(round))
        {
            if (!_tokens.TryGetValue(system.Name, out var tokens))
            {
                _tokens[system.Name] = tokens = await system.Node!.CustomersAsync(Wallets);
            }

            (string Payers, string[] Tokens)[] sides = [(One, tokens[..1]), (Many, tokens)];
            foreach (var side in sides.InTurn(round))
            {
                var measured = await loads.ClosedAsync(system, Connections, side.Tokens);
                _figures.Add(system.Name + side.Payers, PerSecond, measured.Result.PerSecond);
            }
        }
    }

    public void Write(Tables tables)
    {
        tables.Heading($"One hot wallet: closed loop, {Connections} connections, calls/s");
        tables.Columns("", "one wallet", $"{Wallets} wallets", "one of many, %");
        foreach (var system in systems.Gateways.Select(system => system.Name))
        {
            tables.Row(system, "0", _figures.Median(system + One, PerSecond), _figures.Median(system + Many, PerSecond),
                100 * Ratio(system));
        }

        tables.Line("");
    }

    public IEnumerable<Bar> Bars() => [new("one hot wallet, of a thousand's throughput", Ratio(MeasuredSystem.Lava), 0.95, IsMin: true)];

    private double Ratio(string system) => _figures.Ratio(system + One, system + Many, PerSecond);
}
