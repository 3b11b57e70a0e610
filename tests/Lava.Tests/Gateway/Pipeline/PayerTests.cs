using System.Net;
using Lava.Core;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Which wallet pays, what a meter asks, and who is refused before any money is held.</summary>
public sealed class PayerTests
{
    private const long Cost = (10 * 1_500) + (20 * 6_000);

    /// <summary>Token, who pays, billed?, debit, the meter's charge.</summary>
    public static TheoryData<string, string, bool, long, long> Tokens => new()
    {
        { TestAccounts.Token(), "c0", true, Bodies.AnswerCharge, Bodies.AnswerCharge },
        { TestAccounts.Token("c3", "fixed"), "c3", true, 30 * 30_000, 30 * 30_000 },
        { TestAccounts.Token("c3", "request"), "c3", true, 100_000_000, 100_000_000 },
        { TestAccounts.Token(TestAccounts.Planned), TestAccounts.Planned, true, Bodies.AnswerCharge, Bodies.AnswerCharge },
        { TestAccounts.Token(TestAccounts.Planned, "fixed"), "merchant", false, Cost, 30 * 30_000 },
        { TestAccounts.Token("c0", "fixed", disableBilling: true), "merchant", false, Cost, 30 * 30_000 },
        { TestAccounts.Token(null, "fixed"), "merchant", false, Cost, 30 * 30_000 },
        { TestAccounts.Token(null, null), "merchant", false, Cost, 0 },
        { TestAccounts.SecretKey, "merchant", false, Cost, 0 },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task Token_AnyKind_DebitsTheRightWallet(string token, string payer, bool billed, long debit, long charge)
    {
        await using var gateway = await StartAsync();
        var reserved = Money.Zero;
        gateway.Upstream.Script = exchange =>
        {
            reserved = gateway.Wallet(payer).Reserved;
            return exchange.SendJsonAsync(Bodies.Answer);
        };
        using var response = await gateway.PostAsync(Bodies.Chat, token);
        var record = await Ledger.SettledAsync(gateway);
        var opening = payer == "merchant" ? Money.Zero : Money.FromDollars(100);
        Assert.Equal((billed, debit, charge, Cost), (record.Billed, record.Debit.Units, record.Charge.Units, record.Cost.Units));
        Assert.Equal(opening.Units - debit, gateway.Wallet(payer).Posted.Units);
        Assert.InRange(reserved.Units, debit, long.MaxValue);
    }

    [Fact]
    public async Task Meter_NotInThePlanOfAMerchantWhoRefuses_Is403()
    {
        await using var gateway = await StartAsync(new GatewaySetup { RefuseUnlinkedMeters = true });
        await AssertRefusedAsync(gateway, TestAccounts.Token(TestAccounts.Planned, "fixed"), HttpStatusCode.Forbidden, "meter_not_in_plan");
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var linked = await gateway.PostAsync(Bodies.Chat, TestAccounts.Token(TestAccounts.Planned));
        Assert.Equal(HttpStatusCode.OK, linked.StatusCode);
    }

    [Fact]
    public async Task Merchant_BudgetUsedUp_Is402BudgetExceeded()
    {
        // Costs alone: what the merchant pays.
        var floor = new Money(-Bodies.Hold(Bodies.Chat, 100) / 12 * 10);
        await using var gateway = await StartAsync(new GatewaySetup { MerchantFloor = floor });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var first = await gateway.PostAsync(Bodies.Chat, TestAccounts.SecretKey);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await gateway.EndedAsync();
        using var second = await gateway.PostAsync(Bodies.Chat, TestAccounts.SecretKey);
        Assert.Equal(HttpStatusCode.PaymentRequired, second.StatusCode);
        Assert.Contains("\"code\":\"budget_exceeded\"", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await gateway.EndedAsync();
        Assert.Single(Ledger.AssertBalanced(gateway));
    }

    [Fact]
    public async Task Journal_AtItsSizeLimit_Is503AndNothingIsReserved()
    {
        await using var gateway = await StartAsync(new GatewaySetup
        {
            Journal = options => options with { SegmentBytes = 16 * 1024, SizeLimitBytes = 64 * 1024 },
        });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        var calls = 0;
        HttpResponseMessage response;
        while ((response = await gateway.PostAsync(Bodies.Chat)).IsSuccessStatusCode)
        {
            response.Dispose();
            await gateway.EndedAsync();
            calls++;
            Assert.InRange(calls, 0, 1000);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"code\":\"journal_unavailable\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        response.Dispose();
        await gateway.EndedAsync();
        Assert.Equal(calls, Ledger.AssertBalanced(gateway).Count);
        Assert.Equal(calls, gateway.Upstream.Received.Count);
    }

    [Fact]
    public async Task Positions_NoRoomForACustomersFirst_Is503ButKnownOnesGoOn()
    {
        await using var gateway = await StartAsync(new GatewaySetup { PositionCapacity = 1 });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        foreach (var (customer, status) in new[] { ("c0", 200), ("c1", 503), ("c0", 200) })
        {
            using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.Token(customer));
            Assert.Equal(status, (int)response.StatusCode);
            await gateway.EndedAsync();
        }

        Assert.Equal(2, Ledger.AssertBalanced(gateway).Count);
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini",""", 400, "invalid_request")]
    [InlineData("""[]""", 400, "invalid_request")]
    [InlineData("""{"messages":[]}""", 400, "model_invalid")]
    [InlineData("""{"model":"nobody-knows-this"}""", 400, "unpriced_model")]
    public async Task Body_ThatCantBePriced_IsRefusedBeforeAnyMoney(string body, int status, string code)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.PostAsync(body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(code, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Ledger.NothingHappenedAsync(gateway);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData(18 * 1024, false)]
    [InlineData(12 * 1024, true)]
    public async Task Metadata_OfAnyLength_IsRecordedOrRefused(int length, bool accepted)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        var pairs = Enumerable.Range(0, length / 200).Select(i => ($"x-lava-metadata-k{i}", new string('v', 193)));
        using var response = await gateway.PostAsync(Bodies.Chat, headers: [.. pairs]);
        Assert.Equal(accepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        await gateway.EndedAsync();
        Assert.Equal(accepted ? 1 : 0, Ledger.AssertBalanced(gateway).Count);
    }

    private static async Task AssertRefusedAsync(GatewayHarness gateway, string token, HttpStatusCode status, string code)
    {
        using var response = await gateway.PostAsync(Bodies.Chat, token);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Ledger.NothingHappenedAsync(gateway);
        Assert.Empty(gateway.Upstream.Received);
    }
}
