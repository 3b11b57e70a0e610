using System.Text;
using Lava.Gateway.Routing;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Tests.Gateway.Routing;

public sealed class ModelRouterTests
{
    private static readonly PriceBook Book = PriceCatalog.Parse(
        """
        version 1
        openai gpt-4o-mini 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        openai text-embedding-b 2026-01-01 input=1 output=0 context=1000 max_output=0 source=s
        anthropic claude-c 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        google gemini-d 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        azure gpt-4o-mini 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        groq openai/gpt-oss 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        together openai/gpt-oss 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        cerebras llama-3 2026-01-01 input=1 output=2 context=1000 max_output=100 aliases=llama-three source=s
        groq llama-3 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        xai grok-e 2026-01-01 input=1 output=2 context=1000 max_output=100 source=s
        """,
        "test").On(new DateOnly(2026, 6, 1));

    private readonly ModelRouter _router = new(new TargetParser(ProviderCatalog.Default, UpstreamOverrides.None));

    // The answer: each way as "prefix bytes" and URL, best first.
    [Theory]
    [InlineData("/v1/chat/completions", "gpt-4o-mini", "0 https://api.openai.com/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "gpt-4o-mini-2024-07-18", "0 https://api.openai.com/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "openai/gpt-4o-mini", "7 https://api.openai.com/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "OpenAI/GPT-4o-mini", "7 https://api.openai.com/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "openai/gpt-oss",
        "0 https://api.together.xyz/v1/chat/completions 0 https://api.groq.com/openai/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "groq/openai/gpt-oss", "5 https://api.groq.com/openai/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "llama-three", "0 https://api.cerebras.ai/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "claude-c", "0 https://api.anthropic.com/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "gemini-d", "0 https://generativelanguage.googleapis.com/v1beta/openai/chat/completions")]
    [InlineData("/v1/chat/completions", "google/gemini-d", "7 https://generativelanguage.googleapis.com/v1beta/openai/chat/completions")]
    [InlineData("/v1/chat/completions", "openai/unknown", "7 https://api.openai.com/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "unknown", "")]
    [InlineData("/v1/chat/completions", "azure/gpt-4o-mini", "")]
    [InlineData("/v1/chat/completions", "openai/", "")]
    [InlineData("/v1/chat/completions", "/gpt-4o-mini", "")]
    [InlineData("/v1/messages", "claude-c", "0 https://api.anthropic.com/v1/messages")]
    [InlineData("/v1/messages", "grok-e", "0 https://api.x.ai/v1/messages")]
    [InlineData("/v1/messages", "gpt-4o-mini", "")]
    [InlineData("/v1/responses", "gpt-4o-mini", "0 https://api.openai.com/v1/responses")]
    [InlineData("/v1/embeddings", "text-embedding-b", "0 https://api.openai.com/v1/embeddings")]
    public void Find_Model_GivesWhoSellsItInThisForm(string path, string model, string expected)
    {
        var name = Encoding.UTF8.GetBytes(model);
        var route = DirectRoute.Find(path)!;
        for (var i = 0; i < 2; i++)
        {
            var routes = _router.Find(route, name, Book).Select(way => $"{way.Prefix} {way.Target.Uri}");
            Assert.Equal(Sorted(expected), Sorted(string.Join(' ', routes)));
        }
    }

    [Fact]
    public void Find_ModelThatSeveralSell_KeepsTheOrderOfThePriceFile()
    {
        var routes = _router.Find(DirectRoute.Chat, "llama-3"u8, Book);
        var order = Book.Providers.Where(name => name is "groq" or "cerebras");
        Assert.Equal(order, routes.Select(way => way.Target.Provider.Name));
    }

    [Fact]
    public void Find_NewPrices_AreSeenAtOnce()
    {
        Assert.Single(_router.Find(DirectRoute.Chat, "gpt-4o-mini"u8, Book));
        Assert.Empty(_router.Find(DirectRoute.Chat, "gpt-4o-mini"u8, PriceBook.Empty));
        Assert.Single(_router.Find(DirectRoute.Chat, "gpt-4o-mini"u8, Book));
    }

    [Fact]
    public void Find_SameModelOnTwoRoutes_KeepsThemApart()
    {
        Assert.EndsWith("/chat/completions", _router.Find(DirectRoute.Chat, "claude-c"u8, Book)[0].Target.Uri.AbsolutePath);
        Assert.EndsWith("/messages", _router.Find(DirectRoute.Messages, "claude-c"u8, Book)[0].Target.Uri.AbsolutePath);
    }

    private static string[] Sorted(string ways) =>
    [
        .. ways.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2)
            .Select(way => string.Join(' ', way)).Order(StringComparer.Ordinal),
    ];
}
