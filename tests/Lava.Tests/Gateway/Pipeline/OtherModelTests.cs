using System.Net;
using System.Text;
using System.Text.Json;
using Lava.Core;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Bodies that name other models beside their own: each is asked for as the first is.</summary>
public sealed class OtherModelTests
{
    private const string Target = "https://openrouter.ai/api/v1/chat/completions";
    private const string Messages = "https://api.anthropic.com/v1/messages";

    private const string Prices =
        """
        version 1
        openrouter cheap 2026-01-01 input=1 output=2 context=1000 max_output=10 source=test
        openrouter dear 2026-01-01 input=100 output=200 context=2000 max_output=20 source=test
        """;

    [Theory]
    [InlineData("""{"model":"cheap","messages":[],"models":["cheap","dear"]}""", "dear")]
    [InlineData("""{"models":["dear"],"model":"cheap","messages":[]}""", "dear")]
    [InlineData("""{"model":"cheap","mode\u006cs":["d\u0065ar"]}""", "dear")]
    [InlineData("""{"model":"cheap","fallbacks":[{"max_tokens":5,"model":"dear"}]}""", "dear")]
    [InlineData("""{"model":"cheap","fallbacks":["dear"]}""", "dear")]
    [InlineData("""{"model":"cheap","tools":[{"type":"advisor","name":"a","model":"unpriced"}]}""", "unpriced")]
    public async Task SpendKey_ThatMayNotCallOneOfThem_IsRefusedWithItsName(string body, string name)
    {
        await using var gateway = await StartAsync(Setup("cheap"));
        using var response = await gateway.PostAsync(body, TestAccounts.SpendKeyText, Target);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal((403, "model_not_allowed"), ((int)response.StatusCode, error.GetProperty("code").GetString()));
        Assert.Contains($" {name} ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
        await Ledger.NothingHappenedAsync(gateway);
    }

    [Theory]
    [InlineData("""{"model":"cheap","models":["cheap","dear"]}""")]
    [InlineData("""{"model":"cheap","models":[],"fallbacks":null,"tools":[]}""")]
    [InlineData("""{"model":"cheap","tools":[{"type":"function","function":{"name":"f","parameters":{"model":"x"}}}]}""")]
    [InlineData("""{"model":"cheap","metadata":{"models":["x"]},"messages":[{"role":"user","content":"models","model":"x"}]}""")]
    public async Task SpendKey_ThatMayCallAll_Passes(string body)
    {
        await using var gateway = await StartAsync(Setup("cheap dear"));
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(body, TestAccounts.SpendKeyText, Target);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, gateway.Upstream.Single.BodyText);
    }

    [Fact]
    public async Task Hold_IsThatOfTheDearest()
    {
        await using var gateway = await StartAsync(new() { Prices = Prices });
        var held = Money.Zero;
        gateway.Upstream.Script = exchange =>
        {
            held = gateway.Wallet().Reserved;
            return exchange.SendJsonAsync(Bodies.Answer.Replace("gpt-4o-mini", "dear", StringComparison.Ordinal));
        };
        const string Body = """{"model":"cheap","models":["dear"]}""";
        using var response = await gateway.PostAsync(Body, target: Target);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(((Body.Length * 1_000_000L) + (20 * 2_000_000L)) * 12 / 10, held.Units);
        Assert.Equal(("dear", ((10 * 1_000_000L) + (20 * 2_000_000L)) * 12 / 10), (record.Model, record.Debit.Units));
    }

    [Theory]
    [InlineData("""{"model":"cheap","models":["no-price"]}""", "unpriced_model", "no-price")]
    [InlineData("""{"model":"cheap","models":["\ud800"]}""", "invalid_request", "other models")]
    public async Task Other_ThatCanHaveNoPrice_IsRefused(string body, string code, string words)
    {
        await using var gateway = await StartAsync(new() { Prices = Prices });
        using var response = await gateway.PostAsync(body, target: Target);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.BadRequest, true, true), (response.StatusCode, text.Contains(code), text.Contains(words)));
        await Ledger.NothingHappenedAsync(gateway);
    }

    [Fact]
    public async Task Other_Many_AreRefused()
    {
        await using var gateway = await StartAsync(new() { Prices = Prices });
        var names = string.Join(',', Enumerable.Repeat("\"cheap\"", 33));
        using var response = await gateway.PostAsync($$"""{"model":"cheap","models":[{{names}}]}""", target: Target);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await Ledger.NothingHappenedAsync(gateway);
    }

    [Fact]
    public async Task Fallbacks_OfAnthropicsOwn_AreAskedForToo()
    {
        await using var gateway = await StartAsync(new()
        {
            SpendKey = key => key with
            {
                Shape = Lava.Core.Accounts.RequestShape.Anthropic,
                AllowedModels = ["claude-haiku-4-5"u8.ToArray()],
            },
        });
        const string Body = """{"model":"claude-haiku-4-5","max_tokens":5,"messages":[],"fallbacks":[{"model":"claude-sonnet-4-6"}]}""";
        using var response = await gateway.PostAsync(Body, TestAccounts.SpendKeyText, Messages);
        Assert.Contains("claude-sonnet-4-6", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static GatewaySetup Setup(string allowed) => new()
    {
        Prices = Prices,
        SpendKey = key => key with { AllowedModels = [.. allowed.Split(' ').Select(Encoding.UTF8.GetBytes)] },
    };
}
