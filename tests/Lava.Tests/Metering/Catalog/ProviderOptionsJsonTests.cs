using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Catalog;

public sealed class ProviderOptionsJsonTests
{
    [Fact]
    public void Parse_WholeProvider_IsARowLikeAShippedOne()
    {
        var provider = Create(
            """
            {
              "name": "acme", "label": "Acme AI", "hosts": ["llm.acme.test", "*.eu.acme.test"], "keyHeader": "x-acme-key",
              "apis": [
                { "api": "OpenAiChat", "base": "/openai/v1", "includeUsage": true },
                { "api": "AnthropicMessages", "base": "/v1" }
              ],
              "endpoints": [
                { "method": "GET", "path": "/jobs/{job}", "format": "Fields", "job": "Result", "model": "name:acme-video" },
                { "path": "/speak", "format": "Fields", "model": "query:voice", "defaultModel": "acme-1", "keyHeader": "x-speak-key" }
              ]
            }
            """);
        Assert.Equal(("Acme AI", "x-acme-key", "", ""), (provider.Label, provider.KeyHeader, provider.KeyPrefix, provider.KeyParameter));
        Assert.Equal(["ACME_API_KEY"], provider.KeyVariables);
        Assert.True(provider.TryMatch("POST", "/openai/v1/chat/completions", out var chat, out _));
        Assert.Equal((ApiFormat.OpenAiChat, true), (chat.Format, chat.IncludeUsage));
        Assert.True(provider.TryMatch("POST", "/v1/messages", out var messages, out _));
        Assert.Equal(ApiFormat.AnthropicMessages, messages.Format);
        Assert.True(provider.TryMatch("GET", "/jobs/7", out var job, out _, out var id));
        Assert.Equal(("7", JobRole.Result, ProviderModelLocation.Fixed), ("/jobs/7"[id], job.Job, job.ModelLocation));
        Assert.True(provider.TryMatch("POST", "/speak", out var speak, out _));
        Assert.Equal(ProviderModelLocation.Query, speak.ModelLocation);
        Assert.Equal(new ProviderKeyScheme("x-speak-key", "", ""), provider.KeySchemeOf(speak));
    }

    [Fact]
    public void Parse_NameOfAShippedProvider_AddsToIt()
    {
        var shipped = ProviderCatalog.Default.Providers.Single(provider => provider.Name == "azure");
        var azure = Create(
            """
            { "name": "azure", "hosts": ["gpt.example.org"],
              "endpoints": [ { "path": "/openai/v1/responses", "format": "Gemini" } ] }
            """);
        Assert.Equal([.. shipped.Hosts, "gpt.example.org"], azure.Hosts);
        Assert.Equal((shipped.KeyHeader, shipped.Label), (azure.KeyHeader, azure.Label));
        Assert.Equal(shipped.KeyVariables, azure.KeyVariables);
        Assert.True(azure.TryMatch("POST", "/openai/v1/responses", out var endpoint, out _));
        Assert.Equal(ApiFormat.Gemini, endpoint.Format);
        Assert.True(azure.TryMatch("POST", "/openai/v1/chat/completions", out _, out _));
    }

    [Fact]
    public void Parse_ManyMistakes_AreToldAtOnceWithTheirPlaceAndTheCure()
    {
        List<string> errors = [];
        ProviderOptionsJson.Parse(
            """
            {
              "name": "acme", "hots": ["a.test"], "format": "OpenAI",
              "apis": [ { "api": "OpenAiChat" }, { "api": "OpenAiChat", "bse": "/v1" }, { "base": 1 } ],
              "endpoints": [ { "path": "no-slash" }, { "path": "/ok" }, { "format": "Gemini" }, { "path": "/x", "job": "Begin" } ]
            }
            """, errors);
        Assert.Equal(
            ["hots", "format", "apis[1].bse", "apis[2].base", "endpoints[0]", "endpoints[2]", "endpoints[3].job"],
            errors.Select(error => error.Split(':')[0]));
        Assert.Contains("hosts", errors[0], StringComparison.Ordinal);
        Assert.Contains("OpenAiChat, OpenAiResponses", errors[1], StringComparison.Ordinal);
        Assert.Contains("'no-slash' is not a path pattern", errors[4], StringComparison.Ordinal);
        Assert.Contains("path", errors[5], StringComparison.Ordinal);
        Assert.Contains("None, Submit, Result", errors[6], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"name\": ")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Parse_NotAnObject_IsTold(string json)
    {
        List<string> errors = [];
        ProviderOptionsJson.Parse(json, errors);
        Assert.Contains("not a JSON object", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "name": "acme", "hosts": ["a.test"], "apis": [ { "api": "Chat" } ] }""", "apis[0].api: 'Chat' is none of")]
    [InlineData("""{ "name": "acme", "hosts": ["a.test"], "apis": [ { "api": "OpenAiChat", "base": "v1" } ] }""", "apis[0].base: 'v1'")]
    [InlineData("""{ "name": "acme", "hosts": ["a.test", "B"] }""", "hosts[1]: 'B'")]
    [InlineData("""{ "name": "acme" }""", "hosts: a new provider needs one")]
    [InlineData("""{ "name": "acme", "hosts": ["a.test"], "keyParameter": "k y" }""", "keyParameter: it must be")]
    [InlineData("""{ "name": "acme", "hosts": ["a.test"], "keyParameter": "k", "keyHeader": "h" }""", "keyParameter: a key goes")]
    [InlineData("""{ "name": "acme", "hosts": ["a.test"], "endpoints": [ { "path": "/x", "keyHeader": "a b" } ] }""",
        "endpoints[0].keyHeader: 'a b'")]
    [InlineData("""{ "name": "openai", "keyHeader": "x" }""", "a provider that ships has its own")]
    [InlineData("""{ "name": "acme", "hosts": ["api.openai.com"] }""", "'api.openai.com' stands 2 times")]
    public void TryCreate_WrongValue_IsToldWithItsPlace(string json, string told)
    {
        List<string> errors = [];
        Assert.False(ProviderCatalog.TryCreate([ProviderOptionsJson.Parse(json, errors)], out _, out var found));
        Assert.Empty(errors);
        Assert.Contains(told, Assert.Single(found), StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_SameNewNameTwice_IsAnError()
    {
        ProviderOptions[] options = [new() { Name = "acme", Hosts = ["a.test"] }, new() { Name = "acme", Hosts = ["b.test"] }];
        Assert.False(ProviderCatalog.TryCreate(options, out _, out var errors));
        Assert.Contains("put both entries into one", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static Provider Create(string json)
    {
        List<string> errors = [];
        var options = ProviderOptionsJson.Parse(json, errors);
        Assert.Empty(errors);
        Assert.True(ProviderCatalog.TryCreate([options], out var catalog, out var found), string.Join('\n', found));
        return catalog.Providers.Single(provider => provider.Name == options.Name);
    }
}
