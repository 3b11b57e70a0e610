using System.Diagnostics;
using System.Net;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Cli;

/// <summary>What operators deploy: one file, and nothing beside it.</summary>
public sealed class PublishTests
{
    // The framework is compiled as well: three minutes of processor time.
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(9);

    [LongFact]
    public async Task Publish_MakesOneFile_ThatServesFromAnEmptyFolderWithoutARuntime()
    {
        using var directory = new TemporaryDirectory();
        var output = Path.Combine(directory.Path, "output");
        await PublishAsync(output);
        var published = Assert.Single(Directory.GetFileSystemEntries(output));
        Assert.Equal("lava", Path.GetFileName(published));

        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(directory.Path, "empty")).FullName, "lava");
        File.Move(published, file);
        var environment = new Dictionary<string, string>
        {
            ["LAVA_SECRET_KEY"] = LavaFixture.SecretKey,
            ["DOTNET_ROOT"] = directory.Path,
            ["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = "/nowhere",
        };
        await using var simulator = await LavaProcess.StartFileAsync(file, environment, "simulate");
        await using var gateway = await LavaProcess.StartFileAsync(
            file, environment, "serve", "--data", Path.Combine(directory.Path, "data"), "--upstream", $"*={simulator.Url}");
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        var body = new { model = "gpt-4o-mini", max_tokens = 10, messages = new[] { new { role = "user", content = "Hello" } } };
        using var response = await client.ForwardAsync("https://api.openai.com/v1/chat/completions", client.Token(null, null), body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
    }

    private static async Task PublishAsync(string output)
    {
        var project = Path.Combine(Repository.Root, "src", "Lava.Server");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "--output", output, "--nologo"])
        {
            RedirectStandardOutput = true,
        })!;
        var told = publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync().WaitAsync(PublishLimit);
        Assert.True(publish.ExitCode == 0, await told);
    }
}
