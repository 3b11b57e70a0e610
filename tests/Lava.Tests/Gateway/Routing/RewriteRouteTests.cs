using System.Text.RegularExpressions;
using Lava.Gateway.Routing;
using Lava.Gateway.Upstreams;
using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Tests.Gateway.Routing;

public sealed class RewriteRouteTests
{
    private static readonly Dictionary<string, ApiFormat[]> Clients = new()
    {
        ["openai"] = [ApiFormat.OpenAiChat, ApiFormat.OpenAiResponses],
        ["anthropic"] = [ApiFormat.AnthropicMessages],
        ["google"] = [ApiFormat.Gemini],
        ["bedrock"] = [ApiFormat.BedrockConverse, ApiFormat.BedrockInvoke],
    };

    private readonly TargetParser _targets = new(ProviderCatalog.Default, UpstreamOverrides.None);
    private readonly RewriteRoute _rewrite;

    public RewriteRouteTests() => _rewrite = new RewriteRoute(_targets);

    [Theory]
    [InlineData("openai/api.openai.com/v1/chat/completions", "https://api.openai.com/v1/chat/completions")]
    [InlineData("openai/https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/chat/completions")]
    [InlineData("openai/https:/api.openai.com/v1/responses", "https://api.openai.com/v1/responses")]
    [InlineData("openai/api.groq.com/openai/v1/chat/completions/v1/chat/completions", "https://api.groq.com/openai/v1/chat/completions")]
    [InlineData("openai/api.groq.com/openai/v1/chat/completions/chat/completions", "https://api.groq.com/openai/v1/chat/completions")]
    [InlineData("openai/https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1/chat/completions")]
    [InlineData("openai/api.anthropic.com/v1/messages/v1/chat/completions", "https://api.anthropic.com/v1/chat/completions")]
    [InlineData("openai/generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
        "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions")]
    [InlineData("anthropic/api.anthropic.com/v1/messages", "https://api.anthropic.com/v1/messages")]
    [InlineData("anthropic/api.anthropic.com/v1/messages/v1/messages", "https://api.anthropic.com/v1/messages")]
    [InlineData("anthropic/https://api.x.ai/v1/chat/completions/v1/messages", "https://api.x.ai/v1/messages")]
    [InlineData("google/generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("bedrock/bedrock-runtime.us-east-1.amazonaws.com/model/a.b%3A0/converse",
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/a.b%3A0/converse")]
    public void Find_NothingToTranslate_GivesTheProvidersOwn(string path, string expected)
    {
        Assert.Equal(expected, _rewrite.Find("/v1/rewrite/" + path, null, out var refusal)?.Uri.OriginalString);
        Assert.Null(refusal);
    }

    /// <summary>Every format beside every endpoint of every provider: what is called speaks the format, or nothing is called.</summary>
    [Fact]
    public void Find_EveryFormatOfEveryEndpoint_IsTheSameOrRefusedByName()
    {
        HashSet<(string Client, ApiFormat Format)> refusals = [];
        foreach (var provider in ProviderCatalog.Default.Providers)
        {
            foreach (var endpoint in provider.Endpoints.Where(endpoint => endpoint is { Method: "POST", WebSocket: false }))
            {
                var url = provider.Hosts[0].Replace("*", "x") + Regex.Replace(endpoint.Path, @"\{[a-z]+\+?\}|\*+", "x");
                var query = "?u=" + Uri.EscapeDataString("https://" + url);
                Assert.Equal(TargetOutcome.Ok, _targets.Parse("POST", default, query, out var written));
                foreach (var (client, formats) in Clients)
                {
                    if (_rewrite.Find($"/v1/rewrite/{client}/{url}", null, out var refusal) is { } target)
                    {
                        Assert.Contains(target.Endpoint.Format, formats);
                        Assert.Same(provider, target.Provider);
                        continue;
                    }

                    var own = Clients.FirstOrDefault(other => other.Value.Contains(written!.Endpoint.Format)).Key;
                    Assert.DoesNotContain(written!.Endpoint.Format, formats);
                    Assert.Equal(("rewrite_not_supported", 400), (refusal?.Code.Code, refusal?.Code.Status));
                    var both = $"client's format is {client}, {provider.Name} speaks {own ?? "a format of its own"} at";
                    Assert.Contains(both, refusal?.Message);
                    Assert.Contains(own is null ? "format, by /v1/forward?u=" : $"format, by /v1/rewrite/{own}/", refusal?.Message);
                    refusals.Add((client, written.Endpoint.Format));
                }
            }
        }

        // Pairs of which some are refused: all but those of the OpenAI form, and Anthropic's of Bedrock, which have endpoints of their own.
        foreach (var (client, formats) in Clients.Where(client => client.Key != "openai"))
        {
            var others = Clients.Values.SelectMany(each => each).Append(ApiFormat.Fields).Except(formats)
                .Except(client == "anthropic" ? Clients["bedrock"] : []);
            Assert.All(others, format => Assert.Contains((client, format), refusals));
        }
    }

    [Fact]
    public void Find_WithAQuery_TakesItAlongWithoutCredentials() => Assert.Equal(
        "https://api.anthropic.com/v1/messages?beta=true",
        _rewrite.Find("/v1/rewrite/anthropic/api.anthropic.com/v1/messages", "?beta=true&key=aks_x", out _)?.Uri.OriginalString);

    [Theory]
    [InlineData("anthropic/api.openai.com/v1/chat/completions", "rewrite_not_supported")]
    [InlineData("google/api.openai.com/v1/chat/completions", "rewrite_not_supported")]
    [InlineData("bedrock/api.anthropic.com/v1/messages", "rewrite_not_supported")]
    [InlineData("openai/example.com/v1/chat/completions", "forward_endpoint_not_supported")]
    [InlineData("openai/http://api.openai.com/v1/chat/completions", "forward_endpoint_not_supported")]
    [InlineData("openai/127.0.0.1/v1/chat/completions", "forward_endpoint_not_supported")]
    [InlineData("openai/api.openai.com/v1/x/../chat/completions", "forward_endpoint_not_supported")]
    [InlineData("openai/", "forward_endpoint_not_supported")]
    [InlineData("openai", "invalid_request")]
    [InlineData("mistral/api.openai.com/v1/chat/completions", "invalid_request")]
    [InlineData("", "invalid_request")]
    public void Find_Else_SaysWhy(string path, string code)
    {
        Assert.Null(_rewrite.Find("/v1/rewrite/" + path, null, out var refusal));
        Assert.Equal((code, 400), (refusal?.Code.Code, refusal?.Code.Status));
    }

    [Fact]
    public void Find_NothingBehindTheRoute_SaysWhatBelongsThere()
    {
        Assert.Null(_rewrite.Find("/v1/rewrite", null, out var refusal));
        Assert.Equal("invalid_request", refusal?.Code.Code);
    }
}
