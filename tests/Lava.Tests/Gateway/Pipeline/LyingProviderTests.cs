using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Figures that can't be true: the client's bytes stay, the bill is an estimate, and the record says why.</summary>
public sealed class LyingProviderTests
{
    private const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}],"max_tokens":100}""";

    [Theory]
    [InlineData("""{"prompt_tokens":-5,"completion_tokens":10}""", UsageReason.Malformed)]
    [InlineData("""{"prompt_tokens":1e300,"completion_tokens":10}""", UsageReason.Malformed)]
    [InlineData("""{"prompt_tokens":99999999999999999999,"completion_tokens":10}""", UsageReason.Malformed)]
    [InlineData("""{"prompt_tokens":999999999999,"completion_tokens":10}""", UsageReason.Absurd)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":900000000}""", UsageReason.Absurd)]
    [InlineData("null", UsageReason.Missing)]
    [InlineData("{}", UsageReason.Missing)]
    public async Task Answer_FiguresThatAreNone_EstimatedUnknownCounted(string usage, UsageReason reason)
    {
        const string Choices = """[{"message":{"content":"Hi there, you"},"finish_reason":"stop"}]""";
        var answer = $$"""{"id":"a","model":"gpt-4o-mini","choices":{{Choices}},"usage":{{usage}}}""";
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(answer);

        using var response = await gateway.PostAsync(Body);

        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((UsageCertainty.Unknown, reason), (record.Usage.Certainty, record.Usage.Reason));
        Assert.Equal(((Encoding.UTF8.GetByteCount(Body) + 3) / 4, 4), (record.Usage.InputTokens, record.Usage.OutputTokens));
        Assert.True(record.Charge > Money.Zero && record.Charge <= record.Held);
        Assert.Equal(1, gateway.Metrics.Inexact(reason));
        Assert.Equal(1, gateway.Metrics.Unknown);
    }

    [Fact]
    public async Task Answer_Nonsense_EstimatedByItsSizeAndTheBytesStay()
    {
        const string Html = "<html><body>Bad gateway, but with status 200</body></html>";
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Html);

        using var response = await gateway.PostAsync(Body);

        Assert.Equal(Html, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((UsageCertainty.Unknown, UsageReason.Missing), (record.Usage.Certainty, record.Usage.Reason));
        Assert.True(record.Charge > Money.Zero);
    }
}
