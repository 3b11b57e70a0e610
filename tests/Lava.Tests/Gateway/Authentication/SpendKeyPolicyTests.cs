using System.Text;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Metering.Pricing;

namespace Lava.Tests.Gateway.Authentication;

public sealed class SpendKeyPolicyTests
{
    private static readonly ModelPrice Price = new() { Provider = "groq", Model = "llama-3", Aliases = ["llama-three"] };

    [Theory]
    [InlineData("llama-3", true)]
    [InlineData("LLAMA-3", true)]
    [InlineData("groq/llama-3", true)]
    [InlineData("Groq/Llama-Three", true)]
    [InlineData("llama-three", true)]
    [InlineData("llama-3-2026-01-01", true)]
    [InlineData("groq/llama-3-2026-01-01", true)]
    [InlineData("other,llama-3", true)]
    [InlineData("llama", false)]
    [InlineData("llama-33", false)]
    [InlineData("xai/llama-3", false)]
    [InlineData("groq/", false)]
    [InlineData("groqxllama-3", false)]
    public void AllowsModel_OneOfItsNames_Counts(string allowed, bool expected)
    {
        var key = Key() with { AllowedModels = [.. allowed.Split(',').Select(Encoding.UTF8.GetBytes)] };
        Assert.Equal(expected, SpendKeyPolicy.AllowsModel(key, "groq", "llama-3-2026-01-01", Price));
    }

    [Fact]
    public void Allows_WithoutLists_Everything()
    {
        Assert.True(SpendKeyPolicy.AllowsModel(Key(), "groq", "x", null));
        Assert.True(SpendKeyPolicy.AllowsProvider(Key(), "groq"));
    }

    [Fact]
    public void AllowsModel_WithoutAPrice_GoesByTheRequestAlone()
    {
        var key = Key() with { AllowedModels = ["x"u8.ToArray()] };
        Assert.True(SpendKeyPolicy.AllowsModel(key, "groq", "x", null));
        Assert.False(SpendKeyPolicy.AllowsModel(key, "groq", null, null));
    }

    [Theory]
    [InlineData("groq", true)]
    [InlineData("GROQ", true)]
    [InlineData("gro", false)]
    public void AllowsProvider_ByItsName(string allowed, bool expected) =>
        Assert.Equal(expected, SpendKeyPolicy.AllowsProvider(Key() with { AllowedProviders = ["xai", allowed] }, "groq"));

    private static SpendKey Key() => new()
    {
        Id = Guid.Empty,
        Digest = default,
        Merchant = new Merchant { Id = Guid.Empty, IsTest = true, WalletId = 1 },
    };
}
