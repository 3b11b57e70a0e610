using System.Net;
using Lava.Core;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>A model without a price: refused, or at the merchant's ceiling.</summary>
public sealed class CeilingPriceTests
{
    private const string Body = """{"model":"gpt-nobody-knows","max_tokens":100,"messages":[]}""";
    private const string Answer =
        """{"id":"1","model":"gpt-nobody-knows","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20}}""";

    [Fact]
    public async Task Unpriced_MerchantChoseACeiling_CostsIt()
    {
        await using var gateway = await StartAsync(WithCeiling());
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Answer);
        using var response = await gateway.PostAsync(Body);
        var record = await Ledger.SettledAsync(gateway);
        var cost = (10 * 500_000) + (20 * 2_000_000);
        Assert.Equal((cost, cost * 12 / 10), (record.Cost.Units, record.Debit.Units));
        Assert.Equal("gpt-nobody-knows", record.Model);
        Assert.NotEqual(0, record.PriceVersion);
        Assert.Equal(1, gateway.Metrics.CeilingPriced);
    }

    [Fact]
    public async Task Priced_MerchantChoseACeiling_CostsWhatItCosts()
    {
        await using var gateway = await StartAsync(WithCeiling());
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
        Assert.Equal(0, gateway.Metrics.CeilingPriced);
    }

    [Fact]
    public async Task Unpriced_WithoutACeiling_IsRefusedBeforeAnythingIsSpent()
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.PostAsync(Body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("unpriced_model", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
        await Ledger.NothingHappenedAsync(gateway);
    }

    // 50 dollars per million in, 200 out.
    private static GatewaySetup WithCeiling() => new()
    {
        Merchant = merchant => merchant with { CeilingInput = Money.Parse("50"), CeilingOutput = Money.Parse("200") },
    };
}
