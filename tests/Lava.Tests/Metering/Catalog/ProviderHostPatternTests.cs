using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Catalog;

public sealed class ProviderHostPatternTests
{
    [Theory]
    [InlineData("*.corp.test", "a.corp.test", true)]
    [InlineData("*.corp.test", "corp.test", false)]
    [InlineData("*.corp.test", "a.b.corp.test", false)]
    [InlineData("*.corp.test", ".corp.test", false)]
    [InlineData("*.corp.test", "a.xcorp.test", false)]
    [InlineData("*.corp.test", "a.corp.test.evil.test", false)]
    [InlineData("*-ai.corp.test", "us-1-ai.corp.test", true)]
    [InlineData("*-ai.corp.test", "-ai.corp.test", false)]
    [InlineData("*-ai.corp.test", "x.y-ai.corp.test", false)]
    [InlineData("model-*.corp.test", "model-1.corp.test", true)]
    [InlineData("model-*.corp.test", "model-.corp.test", false)]
    [InlineData("a*a.corp.test", "aa.corp.test", false)]
    [InlineData("a*a.corp.test", "aaa.corp.test", true)]
    [InlineData("run.*.corp.test", "run.eu.corp.test", true)]
    [InlineData("run.*.corp.test", "run.corp.test", false)]
    [InlineData("run.*.corp.test", "run.eu.x.corp.test", false)]
    [InlineData("*.*.corp.test", "a.b.corp.test", true)]
    [InlineData("*.*.corp.test", "b.corp.test", false)]
    [InlineData("corp.test", "corp.test", true)]
    public void Matches_Host_LabelByLabel(string pattern, string host, bool expected) =>
        Assert.Equal(expected, new ProviderHostPattern(pattern).Matches(host));

    [Theory]
    [InlineData("*.corp.test", "a*.corp.test", true)]
    [InlineData("*.corp.test", "a.corp.test", true)]
    [InlineData("a*.corp.test", "b*.corp.test", false)]
    [InlineData("a*.corp.test", "*b.corp.test", true)]
    [InlineData("*a.corp.test", "*b.corp.test", false)]
    [InlineData("ab*.corp.test", "a*.corp.test", true)]
    [InlineData("*.corp.test", "*.*.corp.test", false)]
    [InlineData("run.*.corp.test", "*.eu.corp.test", true)]
    [InlineData("run.*.corp.test", "go.*.corp.test", false)]
    [InlineData("a*a.corp.test", "aa.corp.test", false)]
    public void Overlaps_TwoPatterns_WhereAHostCanBeBoths(string one, string other, bool expected)
    {
        Assert.Equal(expected, new ProviderHostPattern(one).Overlaps(new ProviderHostPattern(other)));
        Assert.Equal(expected, new ProviderHostPattern(other).Overlaps(new ProviderHostPattern(one)));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("*.test")]
    [InlineData("a.*.test")]
    [InlineData("a.*")]
    [InlineData("**.corp.test")]
    [InlineData("a*b*c.corp.test")]
    [InlineData("-*.corp.test")]
    [InlineData("10.0.0.1")]
    [InlineData("*.0.0.1")]
    [InlineData("UPPER.corp.test")]
    public void Create_NotAHost_Throws(string text) => Assert.Throws<ArgumentException>(() => new ProviderHostPattern(text));

    [Fact]
    public void TryFind_ExactName_ComesBeforeAWildcard()
    {
        ProviderOptions[] options =
        [
            new() { Name = "wide", Hosts = ["*.corp.test"] },
            new() { Name = "exact", Hosts = ["llm.corp.test"] },
        ];
        Assert.True(ProviderCatalog.TryCreate(options, out var catalog, out _));
        Assert.True(catalog.TryFind("llm.corp.test", out var provider));
        Assert.Equal("exact", provider.Name);
        Assert.True(catalog.TryFind("other.corp.test", out provider));
        Assert.Equal("wide", provider.Name);
        Assert.Equal(0, Allocations.Least(() => catalog.TryFind("other.corp.test", out _)));
    }

    [Fact]
    public void TryCreate_HostThatTwoRowsCouldClaim_IsAnError()
    {
        ProviderOptions[] options =
        [
            new() { Name = "one", Hosts = ["eu-*.corp.test"] },
            new() { Name = "two", Hosts = ["*-llm.corp.test"] },
            new() { Name = "three", Hosts = ["my-*.openai.azure.com"] },
        ];
        Assert.False(ProviderCatalog.TryCreate(options, out _, out var errors));
        Assert.Equal(2, errors.Count);
        var all = string.Concat(errors);
        Assert.Contains("'eu-*.corp.test' of one and '*-llm.corp.test' of two", all, StringComparison.Ordinal);
        Assert.Contains("'*.openai.azure.com' of azure and 'my-*.openai.azure.com' of three", all, StringComparison.Ordinal);
    }
}
