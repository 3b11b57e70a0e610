using System.Xml;
using System.Xml.Linq;

namespace Lava.Tests.Load;

public sealed class ExitCodeTests
{
    private const string Key = "aks_test_load";
    private static readonly string[] Short = ["--seconds", "0.5", "--warm-up", "0"];

    [Theory]
    [InlineData("p99 < 1us", 1)]
    [InlineData("p99 < 60s", 0)]
    public async Task Run_Threshold_DecidesTheExitCode(string threshold, int code)
    {
        await using var gateway = await BooksGateway.StartAsync();
        Assert.Equal(code, await RunAsync(gateway, "--threshold", threshold));
    }

    [Fact]
    public async Task Run_WalletAndRecordsDiffer_Is1()
    {
        await using var gateway = await BooksGateway.StartAsync(losesRecords: true);
        Assert.Equal(1, await RunAsync(gateway));
    }

    [Theory]
    [InlineData("hot-wallet", "--threshold", "p99")]
    [InlineData("hot-wallet", "--phase", "sprint 5s")]
    [InlineData("hot-wallet", "--colour", "red")]
    [InlineData("lukewarm-wallet", "--seconds", "1")]
    public async Task Run_WrongArguments_Is2(string scenario, string name, string value) =>
        Assert.Equal(2, await Lava.Load.Program.RunAsync([scenario, "--url", "http://127.0.0.1:1", name, value], Key));

    [Fact]
    public async Task Run_NoKey_Is2() =>
        Assert.Equal(2, await Lava.Load.Program.RunAsync(["hot-wallet", "--url", "http://127.0.0.1:1"], secretKey: null));

    [Fact]
    public async Task Run_Reports_AreWritten()
    {
        await using var gateway = await BooksGateway.StartAsync();
        var folder = Directory.CreateTempSubdirectory("lava-load-");
        try
        {
            var (markdown, html) = (Path.Combine(folder.FullName, "run.md"), Path.Combine(folder.FullName, "run.html"));
            await RunAsync(gateway, "--report", markdown, "--html", html, "--phase", "inject 50 300ms", "--phase", "pause 100ms");

            var text = await File.ReadAllTextAsync(markdown);
            Assert.Contains("open loop, 50 calls/s for 0.3 s; pause of 0.1 s", text, StringComparison.Ordinal);
            Assert.Contains("| the books | right | holds |", text, StringComparison.Ordinal);
            using var reader = XmlReader.Create(html, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
            Assert.StartsWith("hot-wallet", XDocument.Load(reader).Descendants("h1").Single().Value, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<int> RunAsync(BooksGateway gateway, params string[] more) =>
        Lava.Load.Program.RunAsync(
        ["hot-wallet", "--url", gateway.Url, .. more.Contains("--phase") ? ["--warm-up", "0"] : Short, .. more], Key);
}
