using System.Collections.Concurrent;
using System.Net;
using Lava.Core;
using Lava.Gateway.Signals;
using Lava.Testing.Gateway;
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
