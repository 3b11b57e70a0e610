using System.Collections.Concurrent;
using System.Net;
using Lava.Core;
using Lava.Gateway.Signals;
using Lava.Testing.Gateway;
using Lava.Tests.Gateway.Realtime;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Which refusals are told of as blocked calls: the gateway's own, of callers that it knows, for money or by a rule.</summary>
public sealed class RefusalSignalTests
{
    private readonly Told _told = new();

    [Fact]
    public async Task NoCredit_IsTold()
    {
        await using var gateway = await StartAsync(new GatewaySetup { Credit = Money.Zero, Signals = _told });
        using var answer = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        var (merchant, customer, code) = Assert.Single(_told.Refusals);
        Assert.Equal(ErrorCode.InsufficientCredit, code);
        Assert.NotEqual(Guid.Empty, merchant);
        Assert.NotNull(customer);
    }

    [Fact]
    public async Task PausedKey_IsTold()
    {
        await using var gateway = await StartAsync(new GatewaySetup { SpendKey = key => key with { IsPaused = true }, Signals = _told });
        using var answer = await gateway.Client.SendAsync(Request(HttpMethod.Post, Chat, TestAccounts.SpendKeyText, Bodies.Chat));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(ErrorCode.SpendKeyPaused, Assert.Single(_told.Refusals).Code);
    }

    [Fact]
    public async Task UnknownCaller_BadBodyAndProvidersOwnRefusal_AreNotTold()
    {
        await using var gateway = await StartAsync(new GatewaySetup { Signals = _told });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync("""{"error":{"code":"rate_limit"}}""", "429 Too Many Requests");
        using var limited = await gateway.PostAsync(Bodies.Chat);
        using var unknown = await gateway.Client.SendAsync(Request(HttpMethod.Post, Chat, "aks_test_nobody", Bodies.Chat));
        using var malformed = await gateway.PostAsync("{");
        Assert.Equal(
            [HttpStatusCode.TooManyRequests, HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest],
            new[] { limited.StatusCode, unknown.StatusCode, malformed.StatusCode });
        Assert.Empty(_told.Refusals);
    }

    [Fact]
    public async Task CreditOfASession_RunsOutAfterATurn_IsToldOnce()
    {
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r1"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("r1", 1_000, 4_000));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r2"));
            await RealtimeUpstream.ClosedAsync(socket);
        });

        // A turn is held for with 1.54 dollars; the first leaves less than that of 1.60.
        await using var gateway = await StartAsync(
            new GatewaySetup { UpstreamUrl = upstream.Url, Credit = new Money(16_000_000_000), Signals = _told });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.done");
        Assert.Equal("insufficient_credit", (string?)(await client.EventAsync("error"))["error"]!["code"]);
        await client.ClosedAsync();
        await gateway.EndedAsync();
        var record = gateway.Books().Records.First();
        Assert.Equal([(record.MerchantId, record.CustomerId, ErrorCode.InsufficientCredit)], _told.Refusals);
        Assert.Equal(1, gateway.Metrics.Refused);
    }

    [Fact]
    public async Task TurnOfASession_ByAKeyThatWasPaused_IsToldWithTheKeysReason()
    {
        var paused = new TaskCompletionSource();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r1"));
            await paused.Task;
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("r1", 1_000, 100));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url, Signals = _told });
        using var client = await RealtimeClient.OpenAsync(gateway, TestAccounts.SpendKeyText);
        await client.EventAsync("response.created");
        gateway.Known.Swap(accounts => accounts.With(gateway.Accounts.SpendKey with { IsPaused = true }));
        paused.SetResult();
        await client.EventAsync("error");
        await client.ClosedAsync();
        await gateway.EndedAsync();
        Assert.Equal(ErrorCode.SpendKeyPaused, Assert.Single(_told.Refusals).Code);
    }

    [Fact]
    public async Task Session_ThatItsClientEnds_IsNoRefusal()
    {
        await using var gateway = await StartAsync(new GatewaySetup { Simulated = true, Signals = _told });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.TurnAsync();
        await client.CloseAsync();
        await gateway.EndedAsync();
        Assert.Empty(_told.Refusals);
        Assert.Equal(0, gateway.Metrics.Refused);
    }

    private sealed class Told : IGatewaySignals
    {
        public ConcurrentQueue<(Guid Merchant, Guid? Customer, ErrorCode Code)> Refusals { get; } = new();

        public void Short(long walletId)
        {
        }

        public void LimitReached(in LimitNotice notice)
        {
        }

        public void Refused(Guid merchantId, Guid? customerId, ErrorCode code) => Refusals.Enqueue((merchantId, customerId, code));
    }
}
