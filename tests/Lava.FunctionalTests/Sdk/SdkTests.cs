using System.Diagnostics;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Sdk;

/// <summary>
/// The npm packages openai, @anthropic-ai/sdk, @google/genai and @lavapayments/nodejs, unmodified; see node/sdk.test.mjs.
/// </summary>
[Collection(LavaCollection.Name)]
public sealed class SdkTests(LavaFixture lava)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task NodeSdks_ThroughTheGateway_SeeWhatTheProviderSends()
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", "Sdk", "node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("--test");
        start.ArgumentList.Add("--test-reporter=spec");
        start.ArgumentList.Add("sdk.test.mjs");
        start.Environment["LAVA_TEST_GATEWAY"] = lava.Url;
        start.Environment["LAVA_TEST_SIMULATOR"] = lava.Simulator;
        start.Environment["LAVA_TEST_KEY"] = LavaFixture.SecretKey;
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
