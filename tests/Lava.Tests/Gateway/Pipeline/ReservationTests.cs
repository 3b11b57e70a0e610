using System.Net;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Gateway;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>What is held before a call, who pays it, and what happens when nobody can.</summary>
public sealed class ReservationTests
{
    private const string Anthropic = "https://api.anthropic.com/v1/messages";
    private const string Responses = "https://api.openai.com/v1/responses";
    private const string Gemini = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";

    /// <summary>A body, the input and the output that it can use at most; gpt-4o-mini takes 128,000 and makes 16,384 tokens.</summary>
    public static TheoryData<string, long, long> Bounds => new()
    {
        { """{"model":"gpt-4o-mini","max_tokens":100}""", 40, 100 },
        { """{"model":"gpt-4o-mini"}""", 23, 16_384 },
        { """{"model":"gpt-4o-mini","max_tokens":100,"n":2}""", 46, 200 },
        { """{"model":"gpt-4o-mini","max_completion_tokens":1000000}""", 55, 16_384 },
        { """{"model":"gpt-4o-mini","max_tokens":1,"messages":[{"content":[{"image_url":{"url":"https://x/y"}}]}]}""", 128_000, 1 },
        { $$"""{"model":"gpt-4o-mini","max_tokens":1,"messages":["{{new string('x', 200_000)}}"]}""", 128_000, 1 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public async Task Hold_KnownBody_IsTheMostThatTheCallCanCost(string body, long input, long output)
    {
        await using var gateway = await StartAsync();
        var reserved = Money.Zero;
        gateway.Upstream.Script = exchange =>
        {
            reserved = gateway.Wallet().Reserved;
            return exchange.SendJsonAsync(Bodies.Answer);
        };
        using var response = await gateway.PostAsync(body);
        Assert.Equal(Bodies.Hold(input, output), reserved.Units);
        Assert.Equal(reserved, (await Ledger.SettledAsync(gateway)).Held);
    }

    [Fact]
    public async Task Hold_MoreThanTheWalletHas_Is402WithDetailsAndTheProviderIsNotCalled()
    {
        var credit = new Money(Bodies.Hold(Bodies.Chat, 100) - 1);
        await using var gateway = await StartAsync(new GatewaySetup { Credit = credit });
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal(credit.ToString(), (string)error["details"]!["available"]!);
        Assert.Equal(new Money(credit.Units + 1).ToString(), (string)error["details"]!["required"]!);
        Assert.Equal("0.0000000001", (string)error["details"]!["shortfall"]!);
        await gateway.EndedAsync();
        Assert.Empty(Ledger.AssertBalanced(gateway, credit));
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task Hold_ExactlyWhatTheWalletHas_IsTaken()
    {
        var credit = new Money(Bodies.Hold(Bodies.Chat, 100));
        await using var gateway = await StartAsync(new GatewaySetup { Credit = credit });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await gateway.EndedAsync();
        Assert.Single(Ledger.AssertBalanced(gateway, credit));
    }

    [Theory]
    [InlineData(Chat, """{"model":"gpt-4o-mini","max_tokens":100}""", "max_tokens")]
    [InlineData(Chat, """{"model":"gpt-4o-mini","max_completion_tokens":100,"max_tokens":90}""", "max_completion_tokens")]
    [InlineData(Chat, """{"model":"gpt-4o-mini"}""", "max_completion_tokens")]
    [InlineData(Responses, """{"model":"gpt-4o-mini","max_output_tokens":100}""", "max_output_tokens")]
    [InlineData(Responses, """{"model":"gpt-4o-mini"}""", "max_output_tokens")]
    [InlineData(Anthropic, """{"max_tokens":100,"model":"claude-haiku-4-5"}""", "max_tokens")]
    [InlineData(Anthropic, """{"model":"claude-haiku-4-5"}""", "max_tokens")]
    [InlineData(Gemini, """{"generationConfig":{"maxOutputTokens":100}}""", "generationConfig.maxOutputTokens")]
    [InlineData(Gemini, """{"generationConfig":{"temperature":1}}""", "generationConfig.maxOutputTokens")]
    [InlineData(Gemini, """{}""", "generationConfig.maxOutputTokens")]
    public async Task Cap_LargerOutput_IsLoweredInWhatReachesTheProvider(string target, string body, string member)
    {
        await using var gateway = await StartAsync(new GatewaySetup { Options = new GatewayOptions { MaxOutputTokens = 7 } });
        using var response = await gateway.PostAsync(body, target: target);
        await gateway.EndedAsync();
        var record = Assert.Single(Ledger.AssertBalanced(gateway));
        Assert.Equal(7, Number(gateway.Upstream.Single.BodyText, member));
        Assert.True(record.Held > Money.Zero);
    }

    [Fact]
    public async Task Cap_SmallerOutput_LeavesTheBodyAlone()
    {
        await using var gateway = await StartAsync(new GatewaySetup { Options = new GatewayOptions { MaxOutputTokens = 101 } });
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(Bodies.Hold(Bodies.Chat, 100), (await Ledger.SettledAsync(gateway)).Held.Units);
        Assert.Equal(Bodies.Chat, gateway.Upstream.Single.BodyText);
    }

    [Theory]
    [InlineData(Chat, """{"model":"gpt-4o-mini","max_tokens":100}""", "max_tokens", 1)]
    [InlineData(Chat, """{"model":"gpt-4o-mini","n":4}""", "max_completion_tokens", 4)]
    public async Task Clamp_WalletCoversLess_LowersTheOutputToWhatItCovers(string target, string body, string member, int choices)
    {
        var credit = new Money(Bodies.Hold(body, 50) + 7_199);
        await using var gateway = await StartAsync(Clamping(credit));
        using var response = await gateway.PostAsync(body, target: target);
        await gateway.EndedAsync();
        var record = Assert.Single(Ledger.AssertBalanced(gateway, credit));
        Assert.Equal(50 / choices, Number(gateway.Upstream.Single.BodyText, member));
        Assert.Equal(Bodies.Hold(body, 50 / choices * choices), record.Held.Units);
    }

    [Theory]
    [InlineData(Responses, """{"model":"gpt-4o-mini","max_output_tokens":1000000}""", "max_output_tokens")]
    [InlineData(Anthropic, """{"max_tokens":60000,"model":"claude-haiku-4-5"}""", "max_tokens")]
    [InlineData(Gemini, """{"contents":[]}""", "generationConfig.maxOutputTokens")]
    public async Task Clamp_EveryFormat_WritesTheLimitThatWasHeldFor(string target, string body, string member)
    {
        var credit = Money.Parse("0.01");
        await using var gateway = await StartAsync(Clamping(credit));
        using var response = await gateway.PostAsync(body, target: target);
        await gateway.EndedAsync();
        var record = Assert.Single(Ledger.AssertBalanced(gateway, credit));
        var output = Number(gateway.Upstream.Single.BodyText, member);
        Assert.InRange(output, 1, 60_000);
        Assert.InRange(record.Held.Units, credit.Units * 99 / 100, credit.Units);
    }

    [Fact]
    public async Task Clamp_WalletDoesNotCoverOneTokenPerChoice_Is402()
    {
        const string body = """{"model":"gpt-4o-mini","n":4}""";
        var credit = new Money(Bodies.Hold(body, 3));
        await using var gateway = await StartAsync(Clamping(credit));
        using var response = await gateway.PostAsync(body);
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        await gateway.EndedAsync();
        Assert.Empty(Ledger.AssertBalanced(gateway, credit));
        Assert.Empty(gateway.Upstream.Received);
    }

    private static GatewaySetup Clamping(Money credit) =>
        new() { Credit = credit, Options = new GatewayOptions { OnShortfall = ShortfallPolicy.Clamp } };

    private static long Number(string body, string member)
    {
        var node = JsonNode.Parse(body);
        foreach (var name in member.Split('.'))
        {
            node = node![name];
        }

        return (long)node!;
    }
}
