using System.Text;
using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class PriceBookTests
{
    private static readonly PriceBook Book = PriceBook.Create(
        7,
        [
            Price("openai", "gpt-4o"), Price("openai", "gpt-4o-mini"), Price("openai", "gpt-4o-2024-05-13"), Price("openai", "gpt-5"),
            Price("openai", "text-embedding-3-small"), Price("anthropic", "claude-sonnet-4-5"),
            Price("anthropic", "claude-3-5-haiku-20241022", "claude-3-5-haiku", "claude-3-5-haiku-latest"),
            Price("google", "gemini-2.5-flash"), Price("google", "gemini-2.0-flash"), Price("google", "gemini-3-pro-preview"),
            Price("google", "gemini-embedding-001"),
        ]);

    [Theory]
    [InlineData("openai", "gpt-4o", "gpt-4o")]
    [InlineData("openai", "GPT-4o", "gpt-4o")]
    [InlineData("openai", "gpt-4o-mini", "gpt-4o-mini")]
    [InlineData("openai", "gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13")]
    [InlineData("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini")]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5")]
    [InlineData("anthropic", "claude-sonnet-4-5@20250929", "claude-sonnet-4-5")]
    [InlineData("anthropic", "claude-3-5-haiku-20241022", "claude-3-5-haiku-20241022")]
    [InlineData("anthropic", "claude-3-5-haiku-latest", "claude-3-5-haiku-20241022")]
    [InlineData("anthropic", "claude-3-5-haiku@20241022", "claude-3-5-haiku-20241022")]
    [InlineData("google", "models/gemini-2.5-flash", "gemini-2.5-flash")]
    [InlineData("google", "models/gemini-2.0-flash-001", "gemini-2.0-flash")]
    [InlineData("google", "gemini-2.5-flash-preview-05-20", "gemini-2.5-flash")]
    [InlineData("google", "gemini-2.5-flash-preview-09-2025", "gemini-2.5-flash")]
    [InlineData("google", "gemini-3-pro-preview-11-2025", "gemini-3-pro-preview")]
    [InlineData("google", "gemini-embedding-001", "gemini-embedding-001")]
    public void TryFind_NameOrSnapshot_FindsItsRow(string provider, string model, string row)
    {
        Assert.True(Book.TryFind(provider, Encoding.UTF8.GetBytes(model), out var price));
        Assert.Equal(row, price.Model);
    }

    [Theory]
    [InlineData("openai", "")]
    [InlineData("openai", "gpt-4o-large")]
    [InlineData("openai", "gpt-4o-audio-2024-08-06")]
    [InlineData("openai", "gpt-4o-2024-13-01")]
    [InlineData("openai", "gpt-4o-1999-01-01")]
    [InlineData("openai", "gpt-4o-2024-08-06-x")]
    [InlineData("openai", "gpt-4o-0806")]
    [InlineData("openai", "gpt-4")]
    [InlineData("openai", "gpt-5-mini-2025-08-07")]
    [InlineData("openai", "ft:gpt-4o-mini-2024-07-18:me::1")]
    [InlineData("openai", "-2024-08-06")]
    [InlineData("openai", "claude-sonnet-4-5")]
    [InlineData("OPENAI", "gpt-4o")]
    [InlineData("google", "gemini-3-pro")]
    [InlineData("google", "gemini-2.5-flash-preview")]
    [InlineData("google", "gemini-2.5-flash-05-20")]
    [InlineData("google", "gemini-embedding-002")]
    [InlineData("google", "models/")]
    public void TryFind_AnotherModel_FindsNothing(string provider, string model) =>
        Assert.False(Book.TryFind(provider, Encoding.UTF8.GetBytes(model), out _));

    [Fact]
    public void TryFind_NameBeyondTheLimit_FindsNothing()
    {
        Assert.False(Book.TryFind("openai", new byte[PriceBook.ModelBytesMax], out _));
        Assert.False(Book.TryFind("openai", new byte[PriceBook.ModelBytesMax + 1], out _));
    }

    [Fact]
    public void Create_TwoPricesForOneName_Throws()
    {
        Assert.Throws<ArgumentException>(() => PriceBook.Create(1, [Price("openai", "a"), Price("openai", "A")]));
        Assert.Throws<ArgumentException>(() => PriceBook.Create(1, [Price("openai", "a"), Price("openai", "b", "a")]));
        Assert.Equal(2, PriceBook.Create(2, [Price("openai", "a"), Price("google", "a")]).Version);
    }

    [Fact]
    public void TryFind_AnyName_AllocatesNothing()
    {
        Assert.Equal(0, Allocations.Least(() =>
        {
            _ = Book.TryFind("google", "models/gemini-2.5-flash-preview-05-20"u8, out _);
            _ = Book.TryFind("openai", "GPT-4o"u8, out _);
            _ = Book.TryFind("openai", "no-such-model"u8, out _);
        }));
    }

    private static ModelPrice Price(string provider, string model, params string[] aliases) =>
        new() { Provider = provider, Model = model, Input = Money.FromDollars(1), Output = Money.FromDollars(2), Aliases = aliases };
}
