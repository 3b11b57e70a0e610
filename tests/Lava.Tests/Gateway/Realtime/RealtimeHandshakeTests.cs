using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Lava.Core;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>How a session begins, or does not, and that its bytes pass as they are.</summary>
public sealed class RealtimeHandshakeTests
{
    [Theory]
    [InlineData(RealtimeClient.Target)]
    [InlineData("https://api.openai.com/v1/realtime?model=gpt-realtime")]
    [InlineData("wss://api.openai.com:443/v1/realtime?intent=x&model=gpt%2Drealtime-2025-08-28")]
    public async Task Target_InEverySpelling_OpensASession(string target)
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway, target: target);
        await client.TurnAsync();
        await client.CloseAsync();
        await gateway.EndedAsync();
        Assert.Equal("GET https://api.openai.com/v1/realtime", Assert.Single(RealtimeBooks.AssertBalanced(gateway)).Endpoint);
    }

    [Fact]
    public async Task Browser_PassesItsTokenAsASubProtocol_WhichNeverGoesUpstream()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = new RealtimeClient();
        var token = TestAccounts.Token().TrimEnd('=').Replace('+', '-').Replace('/', '_');
        client.Socket.Options.AddSubProtocol("realtime");
        client.Socket.Options.AddSubProtocol("openai-insecure-api-key." + token);
        client.Socket.Options.AddSubProtocol("openai-organization.org");
        await client.ConnectAsync(gateway, RealtimeClient.Target);
        Assert.Equal("realtime", client.Socket.SubProtocol);
        Assert.StartsWith("req_", Assert.Single(client.Socket.HttpResponseHeaders!["x-lava-request-id"]), StringComparison.Ordinal);
        await client.CloseAsync();
        await gateway.EndedAsync();
        var headers = Assert.Single(gateway.Simulated).Headers;
        Assert.Equal("realtime, openai-organization.org", headers["Sec-WebSocket-Protocol"]);
        Assert.Equal("Bearer managed-OPENAI_API_KEY", headers["Authorization"]);
        Assert.DoesNotContain(headers.Values, value => value.Contains(token, StringComparison.Ordinal));
        Assert.False(headers.ContainsKey("Sec-WebSocket-Extensions"));
    }

    [Fact]
    public async Task Token_OfNobody_Is401()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(gateway, token: "aks_test_nobody"));
    }

    [Fact]
    public async Task Wallet_WithoutCreditForATurn_Is402()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true, Credit = Money.FromDollars(1) });
        Assert.Equal(HttpStatusCode.PaymentRequired, await RefusedAsync(gateway));
        Assert.Empty(gateway.Simulated);
    }

    [Theory]
    [InlineData("wss://api.openai.com/v1/realtime", HttpStatusCode.BadRequest)]
    [InlineData("wss://api.openai.com/v1/realtime?model=gpt-realtime&model=gpt-realtime-mini", HttpStatusCode.BadRequest)]
    [InlineData("https://api.openai.com/v1/models", HttpStatusCode.BadRequest)]
    [InlineData("wss://api.openai.com/v1/models", HttpStatusCode.BadRequest)]
    [InlineData("ws://api.openai.com/v1/realtime?model=gpt-realtime", HttpStatusCode.BadRequest)]
    [InlineData("wss://api.openai.com/v1/realtime?model=gpt-none", HttpStatusCode.BadRequest)]
    public async Task Target_ThatIsNoSession_IsRefusedBeforeTheUpgrade(string target, HttpStatusCode status)
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        Assert.Equal(status, await RefusedAsync(gateway, target));
        Assert.Empty(gateway.Simulated);
    }

    [Fact]
    public async Task Get_WithoutAnUpgrade_Is426AndNamesTheCure()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        const string Target = "https://api.openai.com/v1/realtime?model=gpt-realtime";
        using var request = GatewayHarness.Request(HttpMethod.Get, Target, TestAccounts.Token(), null);
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal("websocket", Assert.Single(response.Headers.Upgrade).Name);
        Assert.Contains("WebSocket client", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_RefusesTheHandshake_ItsAnswerReachesTheCaller()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        Assert.Equal(HttpStatusCode.TooManyRequests, await RefusedAsync(gateway, headers: [("x-sim-error", "429")]));
        await gateway.EndedAsync();
        var record = Assert.Single(RealtimeBooks.AssertBalanced(gateway));
        Assert.Equal(("upstream_error", 429, 0L), (record.ErrorCode, record.HttpStatus, record.Debit.Units));
    }

    [Fact]
    public async Task Upstream_Unreachable_Is502()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = "http://127.0.0.1:1" });
        Assert.Equal(HttpStatusCode.BadGateway, await RefusedAsync(gateway));
    }

    [Fact]
    public async Task Messages_OfAnySizeAndShape_PassByteForByte()
    {
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            var buffer = new byte[10_000];
            while (await socket.ReceiveAsync(buffer.AsMemory(), default) is { MessageType: not WebSocketMessageType.Close } received)
            {
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, default);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway);
        foreach (var (size, piece) in new[] { (1 << 20, 1 << 20), (1 << 20, 60_001), (9_000, 1), (4_096, 4_096), (0, 1) })
        {
            foreach (var type in new[] { WebSocketMessageType.Binary, WebSocketMessageType.Text })
            {
                var sent = type == WebSocketMessageType.Binary
                    ? RandomNumberGenerator.GetBytes(size)
                    : Enumerable.Repeat((byte)'{', size).ToArray();
                var sending = SendAsync(client, sent, piece, type);
                var (gotType, got) = (await client.ReceiveAsync())!.Value;
                await sending;
                Assert.Equal(type, gotType);
                Assert.True(sent.AsSpan().SequenceEqual(got), $"{size} in pieces of {piece}");
            }
        }

        await client.CloseAsync();
        await gateway.EndedAsync();
        Assert.Empty(RealtimeBooks.AssertBalanced(gateway));
    }

    private static async Task SendAsync(RealtimeClient client, byte[] message, int piece, WebSocketMessageType type)
    {
        var at = 0;
        do
        {
            var count = Math.Min(piece, message.Length - at);
            await client.Socket.SendAsync(message.AsMemory(at, count), type, at + count == message.Length, default);
            at += count;
        }
        while (at < message.Length);
    }

    private static async Task<HttpStatusCode> RefusedAsync(
        GatewayHarness gateway, string target = RealtimeClient.Target, string? token = null, params (string, string)[] headers)
    {
        using var client = new RealtimeClient();
        client.Socket.Options.SetRequestHeader("Authorization", "Bearer " + (token ?? TestAccounts.Token()));
        foreach (var (name, value) in headers)
        {
            client.Socket.Options.SetRequestHeader(name, value);
        }

        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(gateway, Uri.EscapeDataString(target)));
        return client.Socket.HttpStatusCode;
    }
}
