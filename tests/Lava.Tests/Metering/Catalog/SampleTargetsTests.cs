using System.Text.Json;
using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Catalog;

/// <summary>Calls of which recorded answers exist. They are not part of the repository: without them the test has nothing to say.</summary>
public sealed class SampleTargetsTests
{
    /// <summary>A server in the operator's own network: he adds its host.</summary>
    private const string Own = "127.0.0.1:11434";

    /// <summary>Speech, images, search and jobs, and what vendors speak beside the APIs that many share: not in the table yet.</summary>
    private static readonly string[] Others =
    [
        "api.openai.com/v1/images/", "api.openai.com/v1/audio/",
        "generativelanguage.googleapis.com/v1beta/models/gemini-embedding-2-preview:batchEmbedContents",
        "us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/text-embedding-005:predict",
        "bedrock-runtime.", "api.cohere.com/v2/", "api.mistral.ai/v1/audio/", "api.groq.com/openai/v1/audio/",
        "dashscope-intl.aliyuncs.com/api/v1/", "api.minimax.io/v1/t2a_v2", "api.replicate.com/", "streaming-api.svc.", "api.voyageai.com/",
        "api.jina.ai/", "api.elevenlabs.io/", "api.deepgram.com/", "api.assemblyai.com/", "api.cartesia.ai/", "api.gladia.io/", "fal.run/",
        "queue.fal.run/", "api.bfl.ai/", "api.stability.ai/", "api.dev.runwayml.com/", "api.lumalabs.ai/", "api.tavily.com/",
        "api.exa.ai/", "google.serper.dev/", "api.firecrawl.dev/",
    ];

    [Fact]
    public void Samples_HostAndPath_AreInTheTable()
    {
        if (FindManifest() is not { } manifest)
        {
            return;
        }

        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(manifest))
        {
            using var sample = JsonDocument.Parse(line);
            var host = sample.RootElement.GetProperty("host").GetString()!;
            var path = sample.RootElement.GetProperty("path").GetString()!.Split('?')[0];
            var method = sample.RootElement.GetProperty("method").GetString()!.ToUpperInvariant();
            var found = ProviderCatalog.Default.TryFind(host, out var provider) && provider.TryMatch(method, path, out _, out _);
            if (!found && host != Own && !Others.Any(other => (host + path).StartsWith(other, StringComparison.Ordinal)))
            {
                unknown.Add($"{method} {host}{path}");
            }
        }

        Assert.True(unknown.Count == 0, string.Join('\n', unknown));
    }

    private static string? FindManifest()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, "shared", "samples", "manifest.jsonl");
            if (File.Exists(manifest))
            {
                return manifest;
            }
        }

        return null;
    }
}
