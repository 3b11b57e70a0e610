using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Pricing;

/// <summary>Providers that say themselves what a call cost: the shipped rows make the same of its usage, to the last digit.</summary>
public sealed class StatedCostTests
{
    private static readonly PriceBook Book = PriceCatalog.Shipped().On(new DateOnly(2026, 8, 21));

    [Theory]
    [InlineData("xai", "grok-3-mini", 12, 2, 0, 229, "0.00011765")]
    [InlineData("xai", "grok-3-mini", 12, 11, 0, 291, "0.000146625")]
    [InlineData("xai", "grok-4.20", 10_120, 128, 0, 4_308, "0.0232856")]
    [InlineData("openrouter", "anthropic/claude-4.6-sonnet-20260217", 2_572, 2_240, 329, 100, "0.00341475")]
    [InlineData("openrouter", "anthropic/claude-4.6-sonnet-20260217", 254, 0, 0, 5, "0.000837")]
    public void Cost_CountsOfARecordedAnswer_IsWhatItsProviderSaid(
        string provider, string model, long input, long cached, long written, long output, string stated)
    {
        var usage = new Usage
        {
            InputTokens = input,
            CachedInputTokens = cached,
            CacheWriteInputTokens = written,
            OutputTokens = output,
        };
        Assert.True(Book.TryFind(provider, Encoding.UTF8.GetBytes(model), out var price));
        Assert.Equal(Money.Parse(stated), CostCalculator.Cost(usage, price).Total);
    }

    [Fact]
    public void Cost_PerplexityAtTheSmallestContext_IsWhatItSaidRoundedToItsFiveDecimals()
    {
        // The row has the fee of the largest context, which the answer's usage does not name; this answer's was 0.006.
        Assert.True(Book.TryFind("perplexity", "sonar-pro"u8, out var price));
        var usage = new Usage { InputTokens = 24, OutputTokens = 2_681 };
        var cost = CostCalculator.Cost(usage, price with { Request = Money.Parse("0.006") });
        Assert.Equal(Money.Parse("0.046287"), cost.Total); // said: 0.00007 + 0.04022 + 0.006 = 0.04629
        Assert.Equal(Money.Parse("0.054287"), CostCalculator.Cost(usage, price).Total);
    }

    [Theory]
    [InlineData("xai-chat.json", "xai")]
    [InlineData("xai-chat-stream.sse", "xai")]
    [InlineData("xai-chat-sub2api-issue.json", "xai")]
    [InlineData("openrouter-cache.json", "openrouter")]
    [InlineData("openrouter-stream.sse", "openrouter")]
    public void Cost_RecordedAnswer_IsWhatItsProviderSaid(string file, string provider)
    {
        if (FindSample(file) is not { } path)
        {
            return;
        }

        var scanner = new ResponseScanner();
        var isStream = file.EndsWith(".sse", StringComparison.Ordinal);
        scanner.Reset(ApiFormat.OpenAiChat, isStream ? ResponseFraming.Sse : ResponseFraming.Json);
        scanner.Scan(File.ReadAllBytes(path));
        scanner.EndOfBody();
        Assert.True(Book.TryFind(provider, scanner.Model, out var price), Encoding.UTF8.GetString(scanner.Model));
        Assert.NotNull(scanner.Usage.ProviderCost);
        Assert.Equal(scanner.Usage.ProviderCost, CostCalculator.Cost(scanner.Usage, price).Total);
    }

    private static string? FindSample(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "samples", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
