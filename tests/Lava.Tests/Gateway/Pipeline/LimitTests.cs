using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Signals;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Hard limits on the way of a call: refused before it costs anything, counted with its record, given back without one.</summary>
public sealed class LimitTests
{
    private const string Models = "https://api.openai.com/v1/models";

    // The body's bytes and the hundred tokens that it asks for at most; the answer uses thirty.
    private const long Most = 87 + 100;
    private const long Used = 30;

    [Fact]
    public void Body_OfTheseTests_IsAsLongAsTheyThink() => Assert.Equal(Most - 100, Encoding.UTF8.GetByteCount(Bodies.Chat));

    [Theory]
    [InlineData(LimitUnit.Tokens, LimitCycle.Daily, Most, "token_limit_exceeded", "customer.tokens.daily", "a day", "2026-09-02T00:00:00Z")]
    [InlineData(
        LimitUnit.Requests, LimitCycle.Weekly, 1, "request_limit_exceeded", "customer.requests.weekly", "a week", "2026-09-07T00:00:00Z")]
    [InlineData(
        LimitUnit.Spend, LimitCycle.Cycle, 1_000_000, "spend_limit_exceeded", "customer.spend.cycle", "a billing cycle",
        "2026-10-01T00:00:00Z")]
    [InlineData(LimitUnit.Requests, LimitCycle.Total, 1, "request_limit_exceeded", "customer.requests.total", "in total", null)]
    public async Task Limit_Reached_Is429ThatNamesItAndItsReset(
        LimitUnit unit, LimitCycle cycle, long amount, string code, string name, string time, string? resetsAt)
    {
        var clock = new ManualTime();
        var told = new Told();
        await using var gateway = await StartAsync(Setup(unit, cycle, amount) with { Time = clock, Signals = told });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var first = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await gateway.EndedAsync();

        using var second = await gateway.PostAsync(Bodies.Chat);

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        var error = JsonNode.Parse(await second.Content.ReadAsStringAsync())!["error"]!;
        var details = error["details"]!;
        Assert.Equal((code, 429, name), ((string)error["code"]!, (int)error["status"]!, (string)details["limit"]!));
        Assert.Equal(name.Split('.'), new[] { "scope", "unit", "cycle" }.Select(field => (string)details[field]!));
        Assert.Equal(resetsAt, (string?)details["resets_at"]);
        Assert.Contains(time, (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal([name], second.Headers.GetValues("x-ratelimit-scope"));
        var wait = resetsAt is null ? null : (TimeSpan?)(DateTimeOffset.Parse(resetsAt, null) - clock.GetUtcNow());
        Assert.Equal(wait, second.Headers.RetryAfter?.Delta);
        await gateway.EndedAsync();
        Assert.Single(Ledger.AssertBalanced(gateway));
        Assert.Single(gateway.Upstream.Received);
        var notice = Assert.Single(told.Limits);
        Assert.Equal((name, TestAccounts.FirstWallet), (LimitNames.Of(notice.Limit), notice.WalletId));
        Assert.Equal(code, Assert.Single(told.Refusals).Code.Code);
    }

    [Fact]
    public async Task Limit_LeavesLessThanTheCallCanUse_SaysHowMuch()
    {
        var setup = Setup(LimitUnit.Tokens, LimitCycle.Monthly, 1_000 + Most) with { Time = new ManualTime() };
        await using var gateway = await StartAsync(setup);
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var first = await gateway.PostAsync(Bodies.Chat);
        await gateway.EndedAsync();
        using var second = await gateway.PostAsync(Bodies.Chat.Replace("100", "2000", StringComparison.Ordinal));
        var message = (string)JsonNode.Parse(await second.Content.ReadAsStringAsync())!["error"]!["message"]!;

        Assert.Equal(
            "The customer's limit of 1,187 tokens a month leaves 1,157, and this call can use 2,088; it resets at 2026-10-01T00:00:00Z.",
            message);
    }

    [Fact]
    public async Task Limit_NextDay_CountsFromZero()
    {
        var clock = new ManualTime();
        await using var gateway = await StartAsync(Setup(LimitUnit.Tokens, LimitCycle.Daily, Most) with { Time = clock });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal((200, 429), (await StatusAsync(gateway), await StatusAsync(gateway)));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((200, 429), (await StatusAsync(gateway), await StatusAsync(gateway)));
    }

    [Fact]
    public async Task Usage_Known_CountsInPlaceOfWhatWasHeld()
    {
        await using var gateway = await StartAsync(Setup(LimitUnit.Tokens, LimitCycle.Total, 1_000));
        var held = 0L;
        gateway.Upstream.Script = exchange =>
        {
            held = Count(gateway, LimitUnit.Tokens);
            return exchange.SendJsonAsync(Bodies.Answer);
        };
        Assert.Equal(200, await StatusAsync(gateway));
        Assert.Equal((Most, Used), (held, Count(gateway, LimitUnit.Tokens)));
    }

    [Fact]
    public async Task MaxTokens_NotSaid_HoldsWhatTheBodyLikelyIs()
    {
        await using var gateway = await StartAsync(Setup(LimitUnit.Tokens, LimitCycle.Total, 7));
        var held = 0L;
        gateway.Upstream.Script = exchange =>
        {
            held = Count(gateway, LimitUnit.Tokens);
            return exchange.SendJsonAsync(Bodies.Answer);
        };
        Assert.Equal(200, await StatusAsync(gateway, """{"model":"gpt-4o-mini"}"""));
        Assert.Equal((6, Used), (held, Count(gateway, LimitUnit.Tokens)));
        Assert.Equal(429, await StatusAsync(gateway, """{"model":"gpt-4o-mini"}"""));
    }

    [Theory]
    [InlineData(LimitUnit.Tokens)]
    [InlineData(LimitUnit.Requests)]
    [InlineData(LimitUnit.Spend)]
    public async Task Wallet_Refuses_NothingStaysHeldOfTheLimit(LimitUnit unit)
    {
        await using var gateway = await StartAsync(
            Setup(unit, LimitCycle.Daily, 1_000_000_000) with { Credit = new Money(Bodies.Hold(Bodies.Chat, 100) - 1) });
        Assert.Equal(402, await StatusAsync(gateway));
        Assert.Equal(0, Count(gateway, unit));
    }

    [Fact]
    public async Task FreeEndpoint_RequestsReached_IsRefusedAndTokensReachedIsNot()
    {
        await using var gateway = await StartAsync(Setup(LimitUnit.Requests, LimitCycle.Daily, 1));
        Assert.Equal((200, 429), (await GetAsync(gateway), await GetAsync(gateway)));
        await using var other = await StartAsync(Setup(LimitUnit.Tokens, LimitCycle.Daily, 1));
        other.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        Assert.Equal(429, await StatusAsync(other));
        Assert.Equal(200, await GetAsync(other));
    }

    [Fact]
    public async Task Provider_Unreachable_CountsARequestWhereThereIsARecord()
    {
        await using var gateway = await StartAsync(Setup(LimitUnit.Requests, LimitCycle.Daily, 5));
        gateway.Upstream.Script = exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };
        Assert.Equal(502, await StatusAsync(gateway));
        Assert.Equal(gateway.Books().Records.Count(), Count(gateway, LimitUnit.Requests));
    }

    [Fact]
    public async Task Spend_NobodyIsBilled_CountsNothingForTheCustomer()
    {
        await using var gateway = await StartAsync(Setup(LimitUnit.Spend, LimitCycle.Daily, 1));
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.Token(disableBilling: true));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await gateway.EndedAsync();
        Assert.Equal(0, Count(gateway, LimitUnit.Spend));
        Assert.Equal(429, await StatusAsync(gateway));
    }

    [Fact]
    public async Task Limit_ReachedByACallNobodyIsBilledFor_IsToldOfTheCustomersWallet()
    {
        var told = new Told();
        await using var gateway = await StartAsync(Setup(LimitUnit.Requests, LimitCycle.Total, 1) with { Signals = told });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        Assert.Equal(200, await StatusAsync(gateway));
        using var refused = await gateway.PostAsync(Bodies.Chat, TestAccounts.Token(disableBilling: true));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TestAccounts.FirstWallet, Assert.Single(told.Limits).WalletId);
    }

    [Fact]
    public async Task Limit_OfASpendKey_IsToldOfTheMerchantsWallet()
    {
        var told = new Told();
        await using var gateway = await StartAsync(new()
        {
            Signals = told,
            SpendKey = key => key with { Limits = [new UsageLimit(LimitUnit.Requests, LimitCycle.Total, 1, LimitScope.SpendKey)] },
        });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var first = await gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
        await gateway.EndedAsync();
        using var refused = await gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, refused.StatusCode));
        var notice = Assert.Single(told.Limits);
        Assert.Equal((gateway.Accounts.SpendKey.Id, TestAccounts.MerchantWallet), (notice.Subject, notice.WalletId));
    }

    [Theory]
    [InlineData(LimitUnit.Tokens)]
    [InlineData(LimitUnit.Spend)]
    public async Task Clamp_OutputLowered_TheLimitHoldsNoMoreThanIt(LimitUnit unit)
    {
        const string Body = """{"model":"gpt-4o-mini","max_tokens":1000}""";
        var credit = new Money(Bodies.Hold(Body, 50) + 7_199);
        await using var gateway = await StartAsync(
            Setup(unit, LimitCycle.Total, 1_000_000_000) with { Credit = credit, Options = new() { OnShortfall = ShortfallPolicy.Clamp } });
        var held = 0L;
        gateway.Upstream.Script = exchange =>
        {
            held = Count(gateway, unit);
            return exchange.SendJsonAsync(Bodies.Answer);
        };
        Assert.Equal(200, await StatusAsync(gateway, Body));
        Assert.Equal(unit == LimitUnit.Tokens ? Body.Length + 50 : Bodies.Hold(Body, 50), held);
        Assert.Equal(unit == LimitUnit.Tokens ? Used : Bodies.AnswerCharge, Count(gateway, unit));
    }

    internal static GatewaySetup Setup(LimitUnit unit, LimitCycle cycle, long amount) => new()
    {
        Accounts = accounts => accounts.TryFindCustomer(new(1, 0, 0, new byte[8]), "c0"u8, out var customer)
            ? accounts.With(customer with { Limits = [new UsageLimit(unit, cycle, amount, LimitScope.Customer)] })
            : throw new KeyNotFoundException(),
    };

    /// <summary>What is taken of the only limit; its window is open whatever the day.</summary>
    private static long Count(GatewayHarness gateway, LimitUnit unit) =>
        gateway.Limits.Used(
            new(10, 0, 0, new byte[8]), new UsageLimit(unit, OpenCycle(gateway), 1, LimitScope.Customer), DateOnly.MinValue);

    private static LimitCycle OpenCycle(GatewayHarness gateway) => Enum.GetValues<LimitCycle>().First(cycle =>
        gateway.Limits.IsOpen(new(10, 0, 0, new byte[8]), [new UsageLimit(LimitUnit.Tokens, cycle, 1, LimitScope.Customer)]));

    private static async Task<int> StatusAsync(GatewayHarness gateway, string body = Bodies.Chat)
    {
        using var response = await gateway.PostAsync(body);
        await gateway.EndedAsync();
        return (int)response.StatusCode;
    }

    private static async Task<int> GetAsync(GatewayHarness gateway)
    {
        using var response = await gateway.Client.SendAsync(Request(HttpMethod.Get, Models, TestAccounts.Token(), null));
        await gateway.EndedAsync();
        return (int)response.StatusCode;
    }

    private sealed class Told : IGatewaySignals
    {
        public ConcurrentQueue<LimitNotice> Limits { get; } = new();

        public ConcurrentQueue<(Guid Merchant, Guid? Customer, ErrorCode Code)> Refusals { get; } = new();

        public void Short(long walletId)
        {
        }

        public void LimitReached(in LimitNotice notice) => Limits.Enqueue(notice);

        public void Refused(Guid merchantId, Guid? customerId, ErrorCode code) => Refusals.Enqueue((merchantId, customerId, code));
    }
}
