using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>Realtime sessions through a real server: what was charged survives kill -9, and a stop says so.</summary>
public sealed class RealtimeTests
{
    private const string Target = "wss://api.openai.com/v1/realtime?model=gpt-realtime";
    private const decimal Credit = 20m;
    private const int Turns = 3;

    [Fact]
    public async Task Kill9_InMidSession_KeepsEveryTurnThatWasDoneAndGivesTheRestBack()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        string customer;
        await using (var gateway = await TestGateway.StartAsync(directory, simulator))
        {
            using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
            customer = await CustomerAsync(client);
            using var session = await OpenAsync(client, customer);
            for (var turn = 0; turn < Turns; turn++)
            {
                await TurnAsync(session, "response.done");
            }

            // A fourth has begun: its hold is open, as is that of a session between its turns.
            using var other = await OpenAsync(client, customer, ("x-sim-fault", "stall"));
            await TurnAsync(other, "response.created");
            await gateway.KillAsync();
        }

        await using var second = await TestGateway.StartAsync(directory, simulator);
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        await Audit.ConvergeAsync(again);
        var records = (await again.GetAsync("/v1/requests?limit=100"))["data"]!.AsArray();
        var done = records.Where(record => (string?)record!["status"] == "completed").ToList();
        Assert.Equal(Turns, done.Count);
        Assert.All(done, record => Assert.Equal("gpt-realtime", (string)record!["model"]!));
        var charged = records.Sum(record => Decimal(record!["charge"]!["amount"]!));
        Assert.True(charged > 0);
        var balance = await again.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal((Credit - charged, 0m), (Decimal(balance["available"]!), Decimal(balance["reserved"]!)));
        await Audit.AssertProvenAsync(directory, null);
        Assert.Equal(0, await second.TerminateAsync());
        await Audit.AssertProvenAsync(directory, null);
    }

    [Fact]
    public async Task Stop_WithAnOpenSession_ClosesItAsGoingAway()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var gateway = await TestGateway.StartAsync(directory, simulator, "--grace-period", "1s");
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        using var session = await OpenAsync(client, await CustomerAsync(client));
        await TurnAsync(session, "response.done");
        gateway.Signal();
        var buffer = new byte[16 * 1024];
        while (session.State == WebSocketState.Open)
        {
            await session.ReceiveAsync(buffer, CancellationToken.None);
        }

        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, session.CloseStatus);
        await session.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal(0, await gateway.ExitedAsync());
        await Audit.AssertProvenAsync(directory, null);
    }

    private static async Task<string> CustomerAsync(LavaClient client)
    {
        await client.MeterAsync("voice", "percentage", "tokens_1m", "0.20");
        return await client.CustomerAsync(Credit.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<ClientWebSocket> OpenAsync(LavaClient client, string customer, params (string Name, string Value)[] headers)
    {
        var session = new ClientWebSocket();
        session.Options.SetRequestHeader("Authorization", "Bearer " + client.Token(customer, "voice", "key-of-the-app"));
        session.Options.SetRequestHeader("x-sim-audio-output-tokens", "500");
        foreach (var (name, value) in headers)
        {
            session.Options.SetRequestHeader(name, value);
        }

        var url = client.Url.Replace("http://", "ws://", StringComparison.Ordinal);
        await session.ConnectAsync(new Uri($"{url}/v1/forward?u={Uri.EscapeDataString(Target)}"), CancellationToken.None);
        return session;
    }

    /// <summary>Asks for a response and reads up to an event of this type.</summary>
    private static async Task TurnAsync(ClientWebSocket session, string type)
    {
        await session.SendAsync(
            Encoding.UTF8.GetBytes("""{"type":"response.create"}"""), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[16 * 1024];
        while (true)
        {
            // The simulator's events are small, and it sends each in one piece.
            var received = await session.ReceiveAsync(buffer, CancellationToken.None);
            if ((string?)JsonNode.Parse(buffer.AsSpan(0, received.Count))!["type"] == type)
            {
                return;
            }
        }
    }

    private static decimal Decimal(JsonNode text) => decimal.Parse((string)text!, CultureInfo.InvariantCulture);
}
