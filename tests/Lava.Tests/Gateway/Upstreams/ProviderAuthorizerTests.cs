using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Tests.Gateway.Upstreams.Http1;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Gateway.Upstreams;

/// <summary>Each scheme in which a provider wants its key, from the forward token and from the operator's environment.</summary>
public sealed class ProviderAuthorizerTests
{
    [Theory]
    [InlineData("https://api.openai.com/v1/chat/completions", "Authorization", "Bearer sk-x")]
    [InlineData("https://api.anthropic.com/v1/messages", "x-api-key", "sk-x")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/models/m:generateContent", "x-goog-api-key", "sk-x")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", "Authorization", "Bearer sk-x")]
    [InlineData("https://aiplatform.googleapis.com/v1/publishers/google/models/m:generateContent", "x-goog-api-key", "sk-x")]
    [InlineData("https://inference.baseten.co/v1/chat/completions", "Authorization", "Api-Key sk-x")]
    [InlineData("https://api.deepseek.com/chat/completions", "Authorization", "Bearer sk-x")]
    [InlineData("https://api.deepseek.com/anthropic/v1/messages", "x-api-key", "sk-x")]
    [InlineData("https://api.z.ai/api/anthropic/v1/messages", "x-api-key", "sk-x")]
    [InlineData("https://api.minimax.io/anthropic/v1/messages", "x-api-key", "sk-x")]
    [InlineData("https://api.moonshot.ai/anthropic/v1/messages", "x-api-key", "sk-x")]
    [InlineData("https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions", "Authorization", "Bearer sk-x")]
    [InlineData("https://token.own.test/v1/chat/completions", "Authorization", "Token sk-x")]
    [InlineData("https://key.own.test/v1/chat/completions", "Authorization", "Key sk-x")]
    [InlineData("https://bare.own.test/v1/chat/completions", "Authorization", "sk-x")]
    [InlineData("https://header.own.test/v1/chat/completions", "x-key", "sk-x")]
    [InlineData("https://gladia.own.test/v1/chat/completions", "x-gladia-key", "sk-x")]
    [InlineData("https://hume.own.test/v1/chat/completions", "X-Hume-Api-Key", "sk-x")]
    [InlineData("https://azure.own.test/openai/v1/chat/completions", "api-key", "sk-x")]
    public void Authorize_EveryScheme_ReplacesTheCallersHeader(string url, string header, string expected)
    {
        var target = Find(url);
        Assert.True(Keys(" sk-x\n").TryFind(target, out var managed));
        var caller = new HeaderDictionary { [header] = "the caller's" };
        foreach (var (key, ready) in new[] { ("sk-x"u8.ToArray(), null), (Array.Empty<byte>(), managed) })
        {
            var head = Heads.Write(request =>
            {
                request.Begin("POST", target.PathAndQuery);
                ProviderAuthorizer.SetInQuery(request, hasQuery: false, target.KeyScheme, key, ready);
                request.Host(target.Origin.HostHeader);
                RequestHeaderPolicy.Write(caller, request, target.KeyScheme.Header);
                ProviderAuthorizer.Set(request, target.KeyScheme, key, ready);
            });
            Assert.Equal(
                $"POST {target.Uri.PathAndQuery} HTTP/1.1\r\nHost: {target.Uri.Host}\r\n"
                    + $"Accept-Encoding: identity\r\n{header}: {expected}\r\n",
                head);
        }
    }

    [Theory]
    [InlineData("https://query.own.test/v1/chat/completions", "?k=a%2Fb%2B%26c")]
    [InlineData("https://query.own.test/v1/chat/completions?x=%2f", "&k=a%2Fb%2B%26c")]
    public void Authorize_KeyInTheQuery_IsEncodedAndOfThisRequestAlone(string url, string expected)
    {
        var target = Find(url);
        Assert.True(Keys("a/b+&c").TryFind(target, out var managed));
        foreach (var (key, ready) in new[] { ("a/b+&c"u8.ToArray(), null), (Array.Empty<byte>(), managed) })
        {
            var head = Heads.Write(request =>
            {
                request.Begin("POST", target.PathAndQuery);
                ProviderAuthorizer.SetInQuery(request, target.PathAndQuery.Contains((byte)'?'), target.KeyScheme, key, ready);
                request.Host(target.Origin.HostHeader);
                ProviderAuthorizer.Set(request, target.KeyScheme, key, ready);
            });
            Assert.Equal($"POST {target.Uri.PathAndQuery}{expected} HTTP/1.1\r\nHost: query.own.test\r\n", head);
        }

        Assert.Equal(url, target.Uri.OriginalString);
    }

    [Theory]
    [InlineData("https://res.openai.azure.com/openai/v1/chat/completions", false)]
    [InlineData("https://gw.azure-api.net/openai/v1/chat/completions", false)]
    [InlineData("https://model-1.api.baseten.co/v1/chat/completions", false)]
    [InlineData("https://my.openai.azure.com/openai/v1/chat/completions", true)]
    [InlineData("https://models.inference.ai.azure.com/chat/completions", true)]
    public void TryFind_HostOfAStranger_GetsNoKeyOfTheOperators(string url, bool expected)
    {
        Assert.Equal(expected, Keys("sk-x").TryFind(Find(url), out _));
        Assert.True(Keys("sk-x").TryFind(Find(url, "*=http://127.0.0.1:9"), out _));
    }

    private static Target Find(string url, params string[] overrides)
    {
        Assert.True(UpstreamOverrides.TryParse(overrides, out var upstreams, out _));
        new TargetParser(Catalog(), upstreams).Parse("POST", "", "?u=" + Uri.EscapeDataString(url), out var target);
        return Assert.IsType<Target>(target);
    }

    private static ManagedProviderKeys Keys(string key)
    {
        Assert.True(ManagedProviderKeys.TryRead(Catalog(), _ => key, out var keys, out _));
        return keys;
    }

    private static ProviderCatalog Catalog()
    {
        ProviderOptions[] own =
        [
            new() { Name = "token", Hosts = ["token.own.test"], KeyPrefix = "Token " },
            new() { Name = "key", Hosts = ["key.own.test"], KeyPrefix = "Key " },
            new() { Name = "bare", Hosts = ["bare.own.test"], KeyPrefix = "" },
            new() { Name = "header", Hosts = ["header.own.test"], KeyHeader = "x-key" },
            new() { Name = "own-gladia", Hosts = ["gladia.own.test"], KeyHeader = "x-gladia-key" },
            new() { Name = "own-hume", Hosts = ["hume.own.test"], KeyHeader = "X-Hume-Api-Key" },
            new() { Name = "query", Hosts = ["query.own.test"], KeyParameter = "k" },
            new() { Name = "azure", Hosts = ["azure.own.test", "my.openai.azure.com"] },
        ];
        Assert.True(ProviderCatalog.TryCreate(own, out var catalog, out var errors), string.Join('\n', errors));
        return catalog;
    }
}
