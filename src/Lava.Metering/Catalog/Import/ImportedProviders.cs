namespace Lava.Metering.Catalog.Import;

/// <summary>What public price lists call providers, where the provider table calls them otherwise.</summary>
internal static class ImportedProviders
{
    private static readonly Dictionary<string, string> LiteLlm = new()
    {
        ["gemini"] = "google",
        ["vertex_ai"] = "vertex",
        ["azure_ai"] = "azure",
        ["azure_text"] = "azure",
        ["bedrock_converse"] = "bedrock",
        ["bedrock_mantle"] = "bedrock",
        ["cohere_chat"] = "cohere",
        ["together_ai"] = "together",
        ["fireworks_ai"] = "fireworks",
        ["fireworks_ai-embedding-models"] = "fireworks",
        ["jina_ai"] = "jina",
        ["fal_ai"] = "fal",
        ["runwayml"] = "runway",
        ["exa_ai"] = "exa",
        ["aws_polly"] = "polly",
        ["nvidia_nim"] = "nvidia",
        ["text-completion-openai"] = "openai",
    };

    private static readonly Dictionary<string, string> ModelsDev = new()
    {
        ["google-vertex"] = "vertex",
        ["google-vertex-anthropic"] = "vertex",
        ["amazon-bedrock"] = "bedrock",
        ["azure-cognitive-services"] = "azure",
        ["togetherai"] = "together",
        ["fireworks-ai"] = "fireworks",
        ["moonshotai"] = "moonshot",
        ["alibaba"] = "dashscope",
        ["zhipuai"] = "zhipu",
        ["novita-ai"] = "novita",
        ["inference"] = "inference-net",
        ["v0"] = "vercel",
    };

    /// <summary>A "litellm_provider"; Vertex's are many ("vertex_ai-anthropic_models").</summary>
    public static string OfLiteLlm(string name) => LiteLlm.TryGetValue(name, out var known) ? known
        : name.StartsWith("vertex_ai-", StringComparison.Ordinal) ? "vertex"
        : name.Replace('_', '-');

    /// <summary>A provider's id at models.dev.</summary>
    public static string OfModelsDev(string id) => ModelsDev.GetValueOrDefault(id, id);
}
