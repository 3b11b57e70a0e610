using System.Net;
using System.Text;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>The scenarios, each with the customers and meters that it needs.</summary>
internal static class ScenarioCatalog
{
    private const int Customers = 50;
    private const string Price = "0.001";

    public static readonly IReadOnlyDictionary<string, Func<GatewayClient, ScenarioSettings, Task<Scenario>>> All =
        new Dictionary<string, Func<GatewayClient, ScenarioSettings, Task<Scenario>>>
        {
            ["json"] = JsonAsync,
            ["stream"] = StreamAsync,
            ["broke"] = BrokeAsync,
            ["hot-wallet"] = HotWalletAsync,
            ["soak"] = SoakScenario.CreateAsync,
        };

    /// <summary>What holds at a rate that the machine can keep up for ever.</summary>
    public static readonly IReadOnlyList<Threshold> Steady =
        [Threshold.NothingFails, Threshold.FlushLag(0.99, TimeSpan.FromMilliseconds(250))];

    private static async Task<Scenario> JsonAsync(GatewayClient client, ScenarioSettings settings)
    {
        var tokens = await TokensAsync(client, Customers);
        var body = Body(words: 120, stream: false);
        return new Scenario
        {
            Name = "json",
            Description = $"1 KB of JSON each way, {Customers} wallets in turn",
            Run = number => client.CallAsync(
                tokens[number % tokens.Length], body, HttpStatusCode.OK, firstChunk: false, ("x-sim-tokens", "100")),
            Load = settings.Load(rate: 500),
            Thresholds = Steady,
        };
    }

    private static async Task<Scenario> StreamAsync(GatewayClient client, ScenarioSettings settings)
    {
        var tokens = await TokensAsync(client, Customers);
        var body = Body(words: 120, stream: true);
        return new Scenario
        {
            Name = "stream",
            Description = "50 events, one every 20 ms",
            Run = number => client.CallAsync(
                tokens[number % tokens.Length], body, HttpStatusCode.OK, firstChunk: true,
                ("x-sim-tokens", "50"), ("x-sim-tokens-per-second", "50")),
            Load = settings.Load(rate: 50),
            Thresholds = Steady,
        };
    }

    private static async Task<Scenario> BrokeAsync(GatewayClient client, ScenarioSettings settings)
    {
        await client.MeterAsync("load", Price);
        var token = client.Token(await client.CustomerAsync("0.0001"), "load");
        var body = Body(words: 120, stream: false);
        return new Scenario
        {
            Name = "broke",
            Description = "a wallet that can't pay: 402 before the provider is called",
            Run = _ => client.CallAsync(token, body, HttpStatusCode.PaymentRequired, firstChunk: false),
            Load = settings.Load(rate: 1_000),
        };
    }

    private static async Task<Scenario> HotWalletAsync(GatewayClient client, ScenarioSettings settings)
    {
        const string Credit = "100000";
        await client.MeterAsync("load", Price);
        var customer = await client.CustomerAsync(Credit);
        var token = client.Token(customer, "load");
        var body = Body(words: 120, stream: false);
        return new Scenario
        {
            Name = "hot-wallet",
            Description = "one wallet pays for all calls, and loses exactly their price",
            Run = _ => client.CallAsync(token, body, HttpStatusCode.OK, firstChunk: false, ("x-sim-tokens", "100")),
            Load = (settings.Rate is null ? settings with { Copies = settings.Copies ?? 32 } : settings).Load(rate: 0),
            Verify = async calls =>
            {
                var lost = decimal.Parse(Credit) - await client.AvailableAsync(customer);
                var price = calls * decimal.Parse(Price);
                return lost == price ? null : $"{calls} calls cost {price}, and the wallet lost {lost}";
            },
        };
    }

    private static async Task<string[]> TokensAsync(GatewayClient client, int count)
    {
        await client.MeterAsync("load", Price);
        var tokens = new string[count];
        for (var i = 0; i < count; i++)
        {
            tokens[i] = client.Token(await client.CustomerAsync("1000"), "load");
        }

        return tokens;
    }

    public static byte[] Body(int words, bool stream) => Encoding.UTF8.GetBytes(
        "{\"model\":\"gpt-4o-mini\",\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\""
        + string.Join(' ', Enumerable.Repeat("several", words)) + "\"}]"
        + (stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}"));
}
