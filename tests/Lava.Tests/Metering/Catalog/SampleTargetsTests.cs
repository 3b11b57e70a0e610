using System.Text.Json;
using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Catalog;

/// <summary>Calls of which recorded answers exist. They are not part of the repository: without them the test has nothing to say.</summary>
public sealed class SampleTargetsTests
{
    /// <summary>A server in the operator's own network: he adds its host.</summary>
    private const string Own = "127.0.0.1:11434";

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
            if (!found && host != Own)
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
