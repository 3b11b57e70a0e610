using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Catalog;

public sealed class ProviderCatalogTests
{
    [Fact]
    public void Default_EveryRow_IsWellFormed()
    {
        foreach (var provider in ProviderCatalog.Default.Providers)
        {
            Assert.True(ProviderOptionsReader.IsProviderName(provider.Name));
            Assert.All(
                provider.Hosts,
                host => Assert.True(ProviderCatalog.Default.TryFind(host.Replace("*", "a-1"), out var found) && found == provider, host));
            Assert.NotEmpty(provider.Label);
            Assert.NotEmpty(provider.KeyVariables);
            Assert.Contains(provider.Endpoints, endpoint => endpoint.IsMetered);
            Assert.Equal(provider.Endpoints.Length, provider.Endpoints.DistinctBy(endpoint => (endpoint.Method, endpoint.Path)).Count());
        }
    }

    [Fact]
    public void TryCreate_OwnProvider_SpeaksItsFormatAtItsBase()
    {
        string[] hosts = ["llm.corp.test", "*.llm.corp.test"];
        var options = new ProviderOptions { Name = "vllm", Hosts = hosts, BasePath = "/openai/v1", IncludeUsage = true };
        Assert.True(ProviderCatalog.TryCreate([options], out var catalog, out _));
        Assert.True(catalog.TryFind("llm.corp.test", out var provider));
        Assert.True(provider.TryMatch("POST", "/openai/v1/chat/completions", out var endpoint, out _));
        Assert.Equal(ApiFormat.OpenAiChat, endpoint.Format);
        Assert.True(endpoint.IncludeUsage);
        Assert.False(provider.TryMatch("POST", "/v1/chat/completions", out _, out _));
        Assert.True(catalog.TryFind("a.llm.corp.test", out _));
        Assert.False(catalog.TryFind("x.test", out _));
        Assert.False(catalog.TryFind("a.b.llm.corp.test", out _));
        Assert.False(catalog.TryFind("xllm.corp.test", out _));
        Assert.True(catalog.TryFind("api.openai.com", out _));
    }

    [Fact]
    public void TryCreate_MuchWrong_IsReportedAtOnce()
    {
        ProviderOptions[] options =
        [
            new() { Name = "Bad Name", Hosts = [], KeyHeader = "x y", KeyPrefix = "a\n", BasePath = "v1/", Format = ApiFormat.None },
            new() { Name = "openai", Hosts = ["10.0.0.1", "localhost", "*.test", "Upper.test", "a.test:80"] },
            new() { Name = "twice", Hosts = ["api.openai.com"] },
        ];
        Assert.False(ProviderCatalog.TryCreate(options, out var catalog, out var errors));
        Assert.Null(catalog);
        Assert.Equal(6 + 5 + 1, errors.Count);
    }

    [Theory]
    [InlineData("/v1/files", "/v1/files", true, "")]
    [InlineData("/v1/files", "/v1/files/", false, "")]
    [InlineData("/v1/files", "/v1/filesx", false, "")]
    [InlineData("/v1/files", "v1/files", false, "")]
    [InlineData("/v1/files", "", false, "")]
    [InlineData("/v1/*/cancel", "/v1/a/cancel", true, "")]
    [InlineData("/v1/*/cancel", "/v1//cancel", false, "")]
    [InlineData("/v1/*/cancel", "/v1/a/b/cancel", false, "")]
    [InlineData("/v1/**", "/v1/a/b/c", true, "")]
    [InlineData("/v1/**", "/v1", false, "")]
    [InlineData("/m/{model}", "/m/a%3Ab", true, "a%3Ab")]
    [InlineData("/m/{model}", "/m/", false, "")]
    [InlineData("/m/{model}:go", "/m/gpt:go", true, "gpt")]
    [InlineData("/m/{model}:go", "/m/:go", false, "")]
    [InlineData("/m/{model}:go", "/m/gpt:gone", false, "")]
    [InlineData("/m/{model}/x", "/m/gpt/x", true, "gpt")]
    [InlineData("/m/{model}/x", "/m/vendor.gpt-v1:0/x", true, "vendor.gpt-v1:0")]
    [InlineData("/m/{model}:go", "/m/a:b:go", false, "")]
    [InlineData("/m/{model}:go", "/m/a%3ab:go", false, "")]
    [InlineData("/{model+}", "/a/b/c", true, "a/b/c")]
    [InlineData("/{model+}", "/", false, "")]
    [InlineData("/{model+}", "/a//b", false, "")]
    [InlineData("/{model+}", "/a/", false, "")]
    [InlineData("/m/{model+}", "/m", false, "")]
    [InlineData("/m/{model+}/requests/{job}", "/m/a/b/requests/7", true, "a/b")]
    [InlineData("/m/{model+}/requests/{job}", "/m/requests/7", false, "")]
    [InlineData("/m/{model+}/requests/{job}", "/m/a/requests/7/status", false, "")]
    public void TryMatch_Pattern_MatchesWholePathsOnly(string pattern, string path, bool expected, string model)
    {
        Assert.Equal(expected, new ProviderPath(pattern).TryMatch(path, out var range));
        Assert.Equal(model, expected ? path[range] : "");
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("/**/x")]
    [InlineData("/a*")]
    [InlineData("/{model}/{model}")]
    [InlineData("/{model+}/{model}")]
    [InlineData("/{model+}/**")]
    [InlineData("/{model+}x")]
    [InlineData("/{job}/{job}")]
    [InlineData("/x{model}")]
    [InlineData("/a?b")]
    public void ProviderPath_MisplacedWildcard_Throws(string pattern) => Assert.Throws<ArgumentException>(() => new ProviderPath(pattern));
}
