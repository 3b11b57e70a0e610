using System.Net;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Cli;

/// <summary>The command line as scripts rely on it.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public async Task Serve_ManyWrongSettings_ReportsAllAtOnceWithExitCode2()
    {
        using var directory = new TemporaryDirectory();
        var config = Path.Combine(directory.Path, "lava.json");
        await File.WriteAllTextAsync(config, """{"idle-timeout": "soon", "no-such-setting": 1}""");
        var environment = new Dictionary<string, string> { ["LAVA_MAX_BODY"] = "lots", ["LAVA_SECRET_KEY"] = "sk-wrong" };
        var (code, output) = await LavaProcess.RunAsync(
            environment, "serve", "--data", directory.Path, "--node-id", "0", "--upstream", "nonsense", "--config", config);
        Assert.Equal(2, code);
        foreach (var named in new[] { "idle-timeout", "no-such-setting", "LAVA_MAX_BODY", "LAVA_SECRET_KEY", "--node-id", "--upstream" })
        {
            Assert.Contains(named, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("sk-wrong", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data", "")]
    [InlineData("--urls", "https://127.0.0.1:1")]
    [InlineData("--urls", "not a url")]
    [InlineData("--postgres", "garbage")]
    [InlineData("--upstream", "api.openai.com=ftp://x")]
    [InlineData("--provider", "Bad Name=x")]
    [InlineData("--prices", "/no/such/file")]
    [InlineData("--merchant-budget", "-1")]
    [InlineData("--on-shortfall", "maybe")]
    [InlineData("--max-output-tokens", "0")]
    [InlineData("--idle-timeout", "5")]
    [InlineData("--max-body", "1")]
    public async Task Serve_WrongValue_ExitsWith2AndNamesTheSetting(string flag, string value)
    {
        var (code, output) = await LavaProcess.RunAsync(Nothing, "serve", flag, value);
        Assert.Equal(2, code);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.StartsWith("lava: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "--no-such-flag")]
    [InlineData("no-such-command", "")]
    public async Task CommandLine_Unknown_ExitsWith2(string command, string argument)
    {
        var (code, output) = await LavaProcess.RunAsync(Nothing, [.. new[] { command, argument }.Where(text => text.Length > 0)]);
        Assert.Equal(2, code);
        Assert.Contains("lava: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_FirstStart_PrintsALinkThatOpensTheDashboardOnce()
    {
        using var directory = new TemporaryDirectory();
        await using var lava = await LavaProcess.StartAsync(Nothing, "serve", "--data", Path.Combine(directory.Path, "data"));
        await lava.PrintedAsync("curl");
        var link = lava.Output.Split('\n').Single(line => line.Contains("/dashboard/sign-in/", StringComparison.Ordinal));
        link = link[link.IndexOf("http", StringComparison.Ordinal)..].Trim();

        // It keeps cookies, as a browser does.
        using var browser = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, link));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Post, link));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Post, link));
        foreach (var page in new[] { "", "/test/overview", "/live/overview", "/live/customers", "/operations" })
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, $"{lava.Url}/dashboard{page}"));
        }

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string address)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Add("Origin", lava.Url);
            using var answer = await browser.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Serve_NoSettings_MakesAKeyOnceAndPrintsALineThatWorks()
    {
        using var directory = new TemporaryDirectory();
        var data = Path.Combine(directory.Path, "data");
        string key;
        await using (var lava = await LavaProcess.StartAsync(Nothing, "serve", "--data", data))
        {
            await lava.PrintedAsync("curl");
            key = lava.Output.Split("shown this once: ")[1].Split('\n')[0].Trim();
            using var client = new LavaClient(lava.Url, key);
            Assert.Empty((await client.GetAsync("/v1/requests"))["data"]!.AsArray());
            using var health = await client.Http.GetAsync(lava.Url + "/readyz");
            Assert.True(health.IsSuccessStatusCode);
            var second = await LavaProcess.RunAsync(Nothing, "serve", "--data", data, "--urls", "http://127.0.0.1:0");
            Assert.Equal(1, second.ExitCode);
            Assert.Contains("Is another lava running", second.Output, StringComparison.Ordinal);
            Assert.Equal(0, await lava.TerminateAsync());
        }

        await using var again = await LavaProcess.StartAsync(Nothing, "serve", "--data", data);
        await again.PrintedAsync("curl");
        Assert.DoesNotContain("shown this once", again.Output, StringComparison.Ordinal);
        using var reader = new LavaClient(again.Url, key);
        await reader.GetAsync("/v1/customers");
    }
}
