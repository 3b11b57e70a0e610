using Lava.Metering;
using Lava.Metering.Catalog;
using static Lava.Metering.ApiFormat;

namespace Lava.Tests.Metering.Catalog;

/// <summary>The shipped table against what is known of the providers, written down a second time.</summary>
public sealed class ProviderTableTests
{
    /// <summary>
    /// Providers that take <c>stream_options.include_usage</c> (they do, or are a vLLM, SGLang or TGI) and need it: those that tell their
    /// usage unasked get their requests as they came.
    /// </summary>
    private static readonly string[] TakeIncludeUsage =
    [
        "openai", "azure", "dashscope", "siliconflow", "cerebras", "nebius", "baseten", "nvidia", "deepinfra", "hyperbolic",
        "inference-net", "crusoe", "huggingface",
    ];

    private const string Project = "/v1/projects/p/locations/l/publishers";

    /// <summary>A call of each host that must be metered, and how.</summary>
    public static TheoryData<string, string, ApiFormat> Metered => new()
    {
        { "openai", "https://api.openai.com/v1/chat/completions", OpenAiChat },
        { "openai", "https://eu.api.openai.com/v1/responses", OpenAiResponses },
        { "openai", "https://us.api.openai.com/v1/embeddings", OpenAiChat },
        { "openai", "https://api.openai.com/v1/responses/compact", OpenAiResponses },
        { "azure", "https://res.openai.azure.com/openai/deployments/gpt-4o/chat/completions", OpenAiChat },
        { "azure", "https://res.openai.azure.com/openai/v1/responses", OpenAiResponses },
        { "azure", "https://res.openai.azure.com/openai/responses", OpenAiResponses },
        { "azure", "https://res.cognitiveservices.azure.com/openai/deployments/e/embeddings", OpenAiChat },
        { "azure", "https://res.services.ai.azure.com/models/chat/completions", OpenAiChat },
        { "azure", "https://res.services.ai.azure.com/anthropic/v1/messages", AnthropicMessages },
        { "azure", "https://gw.azure-api.net/openai/deployments/gpt-4o/chat/completions", OpenAiChat },
        { "azure", "https://models.inference.ai.azure.com/chat/completions", OpenAiChat },
        { "anthropic", "https://api.anthropic.com/v1/messages", AnthropicMessages },
        { "anthropic", "https://api.anthropic.com/v1/chat/completions", OpenAiChat },
        { "anthropic-aws", "https://aws-external-anthropic.us-east-1.api.aws/v1/messages", AnthropicMessages },
        { "google", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent", Gemini },
        { "google", "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:embedContent", Gemini },
        { "google", "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", OpenAiChat },
        { "vertex", $"https://us-central1-aiplatform.googleapis.com{Project}/google/models/g:generateContent", Gemini },
        { "vertex", "https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-2.5-pro:generateContent", Gemini },
        { "vertex", $"https://aiplatform.eu.rep.googleapis.com{Project}/google/models/g:generateContent", Gemini },
        { "vertex", "https://aiplatform.us.rep.googleapis.com/v1/projects/p/locations/us/endpoints/openapi/chat/completions", OpenAiChat },
        { "vertex", $"https://us-east5-aiplatform.googleapis.com{Project}/anthropic/models/c@1:streamRawPredict", AnthropicMessages },
        { "bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions", OpenAiChat },
        { "bedrock", "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/openai/v1/chat/completions", OpenAiChat },
        { "bedrock", "https://bedrock-mantle.us-east-1.api.aws/openai/v1/responses", OpenAiResponses },
        { "bedrock", "https://bedrock-mantle.us-east-1.api.aws/v1/chat/completions", OpenAiChat },
        { "bedrock", "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages", AnthropicMessages },
        { "mistral", "https://api.mistral.ai/v1/chat/completions", OpenAiChat },
        { "mistral", "https://codestral.mistral.ai/v1/fim/completions", OpenAiChat },
        { "cohere", "https://api.cohere.com/compatibility/v1/chat/completions", OpenAiChat },
        { "cohere", "https://api.cohere.ai/compatibility/v1/chat/completions", OpenAiChat },
        { "xai", "https://api.x.ai/v1/chat/completions", OpenAiChat },
        { "xai", "https://api.x.ai/v1/responses", OpenAiResponses },
        { "xai", "https://api.x.ai/v1/messages", AnthropicMessages },
        { "deepseek", "https://api.deepseek.com/chat/completions", OpenAiChat },
        { "deepseek", "https://api.deepseek.com/v1/chat/completions", OpenAiChat },
        { "deepseek", "https://api.deepseek.com/beta/completions", OpenAiChat },
        { "deepseek", "https://api.deepseek.com/responses", OpenAiResponses },
        { "deepseek", "https://api.deepseek.com/anthropic/v1/messages", AnthropicMessages },
        { "groq", "https://api.groq.com/openai/v1/chat/completions", OpenAiChat },
        { "groq", "https://api.groq.com/openai/v1/responses", OpenAiResponses },
        { "cerebras", "https://api.cerebras.ai/v1/chat/completions", OpenAiChat },
        { "together", "https://api.together.xyz/v1/chat/completions", OpenAiChat },
        { "together", "https://api.together.ai/v1/rerank", OpenAiChat },
        { "fireworks", "https://api.fireworks.ai/inference/v1/chat/completions", OpenAiChat },
        { "fireworks", "https://api.fireworks.ai/inference/v1/messages", AnthropicMessages },
        { "openrouter", "https://openrouter.ai/api/v1/chat/completions", OpenAiChat },
        { "openrouter", "https://openrouter.ai/api/v1/messages", AnthropicMessages },
        { "openrouter", "https://api.openrouter.ai/api/v1/responses", OpenAiResponses },
        { "perplexity", "https://api.perplexity.ai/chat/completions", OpenAiChat },
        { "perplexity", "https://api.perplexity.ai/v1/sonar", OpenAiChat },
        { "perplexity", "https://api.perplexity.ai/v1/agent", OpenAiResponses },
        { "moonshot", "https://api.moonshot.ai/v1/chat/completions", OpenAiChat },
        { "moonshot", "https://api.moonshot.cn/anthropic/v1/messages", AnthropicMessages },
        { "moonshot", "https://api.kimi.com/coding/v1/chat/completions", OpenAiChat },
        { "dashscope", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions", OpenAiChat },
        { "dashscope", "https://dashscope.aliyuncs.com/compatible-mode/v1/embeddings", OpenAiChat },
        { "dashscope", "https://dashscope-us.aliyuncs.com/apps/anthropic/v1/messages", AnthropicMessages },
        { "dashscope", "https://coding-intl.dashscope.aliyuncs.com/v1/chat/completions", OpenAiChat },
        { "dashscope", "https://ws-1.maas.aliyuncs.com/compatible-mode/v1/chat/completions", OpenAiChat },
        { "dashscope", "https://ws-1.eu-central-1.maas.aliyuncs.com/compatible-mode/v1/chat/completions", OpenAiChat },
        { "zai", "https://api.z.ai/api/paas/v4/chat/completions", OpenAiChat },
        { "zai", "https://api.z.ai/api/anthropic/v1/messages", AnthropicMessages },
        { "zhipu", "https://open.bigmodel.cn/api/coding/paas/v4/chat/completions", OpenAiChat },
        { "minimax", "https://api.minimax.io/v1/text/chatcompletion_v2", OpenAiChat },
        { "minimax", "https://api.minimaxi.com/v1/responses", OpenAiResponses },
        { "minimax", "https://api.minimax.chat/anthropic/v1/messages", AnthropicMessages },
        { "sambanova", "https://api.sambanova.ai/v1/chat/completions", OpenAiChat },
        { "nvidia", "https://integrate.api.nvidia.com/v1/chat/completions", OpenAiChat },
        { "nvidia", "https://ai.api.nvidia.com/v1/chat/completions", OpenAiChat },
        { "huggingface", "https://router.huggingface.co/v1/chat/completions", OpenAiChat },
        { "huggingface", "https://router.huggingface.co/novita/v3/openai/chat/completions", OpenAiChat },
        { "huggingface", "https://api-inference.huggingface.co/v1/chat/completions", OpenAiChat },
        { "huggingface", "https://ab12.us-east-1.aws.endpoints.huggingface.cloud/v1/chat/completions", OpenAiChat },
        { "novita", "https://api.novita.ai/v3/openai/chat/completions", OpenAiChat },
        { "novita", "https://api.novita.ai/openai/v1/chat/completions", OpenAiChat },
        { "deepinfra", "https://api.deepinfra.com/v1/openai/chat/completions", OpenAiChat },
        { "hyperbolic", "https://api.hyperbolic.xyz/v1/chat/completions", OpenAiChat },
        { "baseten", "https://inference.baseten.co/v1/chat/completions", OpenAiChat },
        { "baseten", "https://model-abc123.api.baseten.co/environments/production/sync/v1/chat/completions", OpenAiChat },
        { "nebius", "https://api.tokenfactory.nebius.com/v1/chat/completions", OpenAiChat },
        { "nebius", "https://api.studio.nebius.ai/v1/embeddings", OpenAiChat },
        { "nebius", "https://api.studio.nebius.com/v1/chat/completions", OpenAiChat },
        { "inference-net", "https://api.inference.net/v1/chat/completions", OpenAiChat },
        { "inference-net", "https://inference.net/v1/chat/completions", OpenAiChat },
        { "siliconflow", "https://api.siliconflow.com/v1/chat/completions", OpenAiChat },
        { "siliconflow", "https://api.siliconflow.cn/v1/chat/completions", OpenAiChat },
        { "ollama", "https://ollama.com/v1/chat/completions", OpenAiChat },
        { "cloudflare", "https://api.cloudflare.com/client/v4/accounts/a/ai/v1/chat/completions", OpenAiChat },
        { "databricks", "https://dbc-1.cloud.databricks.com/serving-endpoints/chat/completions", OpenAiChat },
        { "databricks", "https://adb-1.2.azuredatabricks.net/serving-endpoints/m/invocations", OpenAiChat },
        { "databricks", "https://1.2.gcp.databricks.com/ai-gateway/mlflow/v1/chat/completions", OpenAiChat },
        { "snowflake", "https://org-acct.snowflakecomputing.com/api/v2/cortex/v1/chat/completions", OpenAiChat },
        { "ai21", "https://api.ai21.com/studio/v1/chat/completions", OpenAiChat },
        { "writer", "https://api.writer.com/v1/chat", OpenAiChat },
        { "upstage", "https://api.upstage.ai/v1/solar/chat/completions", OpenAiChat },
        { "stepfun", "https://api.stepfun.com/v1/chat/completions", OpenAiChat },
        { "sarvam", "https://api.sarvam.ai/v1/chat/completions", OpenAiChat },
        { "friendli", "https://api.friendli.ai/serverless/v1/chat/completions", OpenAiChat },
        { "chutes", "https://llm.chutes.ai/v1/chat/completions", OpenAiChat },
        { "scaleway", "https://api.scaleway.ai/v1/chat/completions", OpenAiChat },
        { "ovhcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1/chat/completions", OpenAiChat },
        { "digitalocean", "https://inference.do-ai.run/v1/chat/completions", OpenAiChat },
        { "wandb", "https://api.inference.wandb.ai/v1/chat/completions", OpenAiChat },
        { "crusoe", "https://api.inference.crusoecloud.com/v1/chat/completions", OpenAiChat },
        { "heroku", "https://us.inference.heroku.com/v1/chat/completions", OpenAiChat },
        { "github", "https://models.github.ai/inference/chat/completions", OpenAiChat },
        { "venice", "https://api.venice.ai/api/v1/chat/completions", OpenAiChat },
        { "lingyiwanwu", "https://api.lingyiwanwu.com/v1/chat/completions", OpenAiChat },
        { "inception", "https://api.inceptionlabs.ai/v1/chat/completions", OpenAiChat },
        { "morph", "https://api.morphllm.com/v1/chat/completions", OpenAiChat },
        { "kluster", "https://api.kluster.ai/v1/chat/completions", OpenAiChat },
        { "v0", "https://api.v0.dev/v1/chat/completions", OpenAiChat },
        { "parasail", "https://api.parasail.io/v1/chat/completions", OpenAiChat },
        { "embercloud", "https://api.embercloud.ai/v1/chat/completions", OpenAiChat },
        { "targon", "https://api.targon.com/v1/chat/completions", OpenAiChat },
        { "gmicloud", "https://api.gmi-serving.com/v1/chat/completions", OpenAiChat },
    };

    [Theory]
    [MemberData(nameof(Metered))]
    public void Post_KnownUrl_IsMetered(string name, string url, ApiFormat format)
    {
        var (provider, endpoint) = Find("POST", url);
        Assert.Equal((name, format), (provider.Name, endpoint?.Format ?? None));
    }

    [Theory]
    [InlineData("POST", "https://api.openai.com/v1/moderations")]
    [InlineData("POST", "https://api.openai.com/v1/responses/input_tokens")]
    [InlineData("POST", "https://api.anthropic.com/v1/messages/count_tokens")]
    [InlineData("POST", "https://api.deepseek.com/anthropic/v1/messages/count_tokens")]
    [InlineData("POST", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:countTokens")]
    [InlineData("POST", $"https://a-aiplatform.googleapis.com{Project}/anthropic/models/count-tokens:rawPredict")]
    [InlineData("POST", "https://api.mistral.ai/v1/moderations")]
    [InlineData("POST", "https://api.x.ai/v1/tokenize-text")]
    [InlineData("GET", "https://api.groq.com/openai/v1/models")]
    [InlineData("DELETE", "https://api.moonshot.ai/v1/files/f")]
    public void Call_ThatCostsNothing_IsFree(string method, string url) => Assert.False(Find(method, url).Endpoint!.IsMetered);

    [Theory]
    [InlineData("https://api.openai.com/v1/fine_tuning/jobs")]
    [InlineData("https://api.mistral.ai/v1/agents/completions")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/cachedContents")]
    [InlineData("https://api.perplexity.ai/async/chat/completions")]
    [InlineData("https://api.cloudflare.com/client/v4/accounts/a/workers/scripts")]
    public void Post_ThatNobodyCouldCount_IsRefused(string url) => Assert.Null(Find("POST", url).Endpoint);

    [Fact]
    public void IncludeUsage_OnlyWhereItIsTaken()
    {
        var found = ProviderCatalog.Default.Providers
            .Where(provider => provider.Endpoints.Any(endpoint => endpoint.IncludeUsage))
            .Select(provider => provider.Name);
        Assert.Equal(TakeIncludeUsage.Order(), found.Order());
        Assert.All(
            ProviderCatalog.Default.Providers.SelectMany(provider => provider.Endpoints).Where(endpoint => endpoint.IncludeUsage),
            endpoint => Assert.EndsWith("completions", endpoint.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void Table_SixtyProvidersOrMore_EachWithVariablesOfItsOwn()
    {
        var providers = ProviderCatalog.Default.Providers;
        Assert.InRange(providers.Count, 60, 1000);
        var variables = providers.SelectMany(provider => provider.KeyVariables).ToArray();
        Assert.Equal(variables.Distinct().Count(), variables.Length);
    }

    [Theory]
    [InlineData("res.openai.azure.com", true)]
    [InlineData("gw.azure-api.net", true)]
    [InlineData("model-1.api.baseten.co", true)]
    [InlineData("a.b.aws.endpoints.huggingface.cloud", true)]
    [InlineData("org-acct.snowflakecomputing.com", true)]
    [InlineData("bedrock-runtime.eu-west-1.amazonaws.com", false)]
    [InlineData("europe-west4-aiplatform.googleapis.com", false)]
    [InlineData("api.openai.com", false)]
    public void TryFind_HostOfACustomerOfTheProvider_IsTold(string host, bool expected)
    {
        Assert.True(ProviderCatalog.Default.TryFind(host, out _, out var isTenants));
        Assert.Equal(expected, isTenants);
    }

    [Theory]
    [InlineData("/anthropic/v1/messages", "x-api-key", "")]
    [InlineData("/v1/chat/completions", "Authorization", "Bearer ")]
    public void KeyScheme_OfAnEndpoint_ComesBeforeTheProviders(string path, string header, string prefix)
    {
        Assert.True(ProviderCatalog.Default.TryFind("api.deepseek.com", out var provider));
        Assert.True(provider.TryMatch("POST", path, out var endpoint, out _));
        Assert.Equal(new ProviderKeyScheme(header, prefix, ""), provider.KeySchemeOf(endpoint));
    }

    private static (Provider Provider, ProviderEndpoint? Endpoint) Find(string method, string url)
    {
        var uri = new Uri(url);
        Assert.True(ProviderCatalog.Default.TryFind(uri.Host, out var provider), uri.Host);
        return (provider, provider.TryMatch(method, uri.AbsolutePath, out var endpoint, out _) ? endpoint : null);
    }
}
