using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Cli;

/// <summary><c>lava demo</c>: a past that is proven, a present that goes on.</summary>
public sealed class DemoTests : IDisposable
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly TemporaryDirectory _directory = new();

    private string Data => Path.Combine(_directory.Path, "demo");

    private string FilePath => Path.Combine(Data, "demo.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Demo_SeededOnce_IsProven_AndGoesOnWithCalls()
    {
        string[] small = ["demo", "--data", Data, "--customers", "20", "--requests", "5000"];
        var (code, output) = await LavaProcess.RunAsync(Nothing, [.. small, "--seed-only"]);
        Assert.True(code == 0, output);
        Assert.Contains("made 5000 calls", output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        await AssertProvenAsync();

        var file = await File.ReadAllTextAsync(FilePath);
        (code, output) = await LavaProcess.RunAsync(Nothing, [.. small, "--seed-only", "--seed", "2"]);
        Assert.True(code == 0, output);
        Assert.Contains("goes on", output, StringComparison.Ordinal);
        Assert.Equal(file, await File.ReadAllTextAsync(FilePath));

        await using (var lava = await LavaProcess.StartAsync(Nothing, [.. small, "--rate", "20"]))
        {
            await lava.PrintedAsync("/dashboard/sign-in/");
            var demo = JsonNode.Parse(file)!;
            using var client = new LavaClient(lava.Url, (string)demo["secretKey"]!);
            var customer = (string)demo["callers"]![0]!;
            using var call = await client.ForwardAsync(
                Target, client.Token(customer, "chat"),
                new { model = "gpt-4o-mini", max_tokens = 50, messages = new[] { new { role = "user", content = "Hello" } } });
            Assert.True(call.IsSuccessStatusCode, await call.Content.ReadAsStringAsync());

            // Its own customers call, too, and its webhooks are told.
            await UntilAsync(async () => await Audit.MetricAsync(client, "lava_calls_completed_total") > 20);
            await UntilAsync(async () => (await client.GetAsync("/v1/webhooks"))["data"]!.AsArray().Count == 2);
            Assert.Equal(0, await lava.TerminateAsync());
        }

        await AssertProvenAsync();
    }

    [Fact]
    public async Task Demo_DirectoryOfARealServer_OrHalfMade_IsRefused()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "master.key"), "somebody's");
        var (code, output) = await LavaProcess.RunAsync(Nothing, "demo", "--data", Data, "--seed-only");
        Assert.Equal(1, code);
        Assert.Contains("no demonstration", output, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(Data, "master.key")], Directory.GetFileSystemEntries(Data));

        await File.WriteAllTextAsync(FilePath, """{"seed":1,"secretKey":"aks_test_0123456789012345"}""");
        (code, output) = await LavaProcess.RunAsync(Nothing, "demo", "--data", Data, "--seed-only");
        Assert.Equal(1, code);
        Assert.Contains("interrupted", output, StringComparison.Ordinal);

        (code, output) = await LavaProcess.RunAsync(Nothing, "demo", "--data", Data, "--customers", "0", "--days", "9999");
        Assert.Equal(2, code);
        Assert.All(["--customers", "--days"], name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await isSo())
        {
            await look.WaitForNextTickAsync(limit.Token);
        }
    }

    private async Task AssertProvenAsync()
    {
        var (code, output) = await LavaProcess.RunAsync(Nothing, "verify", "--data", Data);
        Assert.True(code == 0, output);
    }
}
