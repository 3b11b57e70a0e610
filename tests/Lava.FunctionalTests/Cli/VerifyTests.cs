using System.Net;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Cli;

/// <summary><c>lava verify</c> and <c>lava journal</c> beside, after and before a real server.</summary>
public sealed class VerifyTests : IDisposable
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private const int Clients = 8;
    private const int Rounds = 2;
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly TemporaryDirectory _directory = new();

    private string Data => Path.Combine(_directory.Path, "data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Verify_EmptyUnderLoadAndAfterKill9_ProvesAll()
    {
        await using var simulator = await LavaProcess.StartAsync(Nothing, "simulate");
        await using (var gateway = await ServeAsync(simulator))
        {
            // An empty store first.
            await AssertProvenAsync();
            using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
            using var stop = new CancellationTokenSource();
            var load = await LoadAsync(client, stop.Token);
            for (var round = 0; round < Rounds; round++)
            {
                await AssertProvenAsync();
            }

            await gateway.KillAsync();
            await stop.CancelAsync();
            Assert.True(await load > Clients * Rounds);
        }

        // The tail of the journal is in no database yet, and calls are open in it.
        await AssertProvenAsync();
        await using (var again = await ServeAsync(simulator))
        {
            await AssertProvenAsync();
            Assert.Equal(0, await again.TerminateAsync());
        }

        await AssertProvenAsync();
    }

    [Fact]
    public async Task Verify_NoStore_SaysWhatToName()
    {
        var (code, output) = await LavaProcess.RunAsync(Nothing, "verify", "--data", Data);
        Assert.Equal(1, code);
        Assert.Contains("--data", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data), "a proof makes nothing");
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("journal", "inspect")]
    [InlineData("journal", "cut")]
    public async Task Command_WrongSettings_ReportsAllAtOnceWithExitCode2(params string[] command)
    {
        var (code, output) = await LavaProcess.RunAsync(Nothing, [.. command, "--data", "", "--postgres", "garbage", "--node-id", "0"]);
        Assert.Equal(2, code);
        Assert.All(["--data", "--postgres", "--node-id"], name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task DamagedJournal_ServeRefuses_InspectExplains_CutLetsItStart()
    {
        await using var simulator = await LavaProcess.StartAsync(Nothing, "simulate");
        await using (var gateway = await ServeAsync(simulator))
        {
            using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
            using var stop = new CancellationTokenSource();
            var load = await LoadAsync(client, stop.Token);
            var live = await LavaProcess.RunAsync(Nothing, "journal", "inspect", "--data", Data);
            Assert.True(live.ExitCode == 0, live.Output);
            await stop.CancelAsync();
            await load;
            var refused = await LavaProcess.RunAsync(Nothing, "journal", "cut", "--data", Data, "--accept-loss");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("Is another lava running", refused.Output, StringComparison.Ordinal);
            Assert.Equal(0, await gateway.TerminateAsync());
        }

        await DamageAsync();

        var served = await LavaProcess.RunAsync(Nothing, "serve", "--data", Data, "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, served.ExitCode);
        Assert.Contains($"lava journal inspect --data {Data}", served.Output, StringComparison.Ordinal);

        var inspected = await LavaProcess.RunAsync(Nothing, "journal", "inspect", "--data", Data);
        Assert.Equal(1, inspected.ExitCode);
        Assert.Contains("DAMAGED", inspected.Output, StringComparison.Ordinal);
        Assert.Contains($"lava journal cut --data {Data}", inspected.Output, StringComparison.Ordinal);

        var cut = await LavaProcess.RunAsync(Nothing, "journal", "cut", "--data", Data);
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("Nothing was changed", cut.Output, StringComparison.Ordinal);
        cut = await LavaProcess.RunAsync(Nothing, "journal", "cut", "--data", Data, "--accept-loss");
        Assert.True(cut.ExitCode == 0, cut.Output);

        await using var again = await ServeAsync(simulator);
        await AssertProvenAsync();
    }

    private Task<LavaProcess> ServeAsync(LavaProcess simulator) => LavaProcess.StartAsync(
        new Dictionary<string, string> { ["LAVA_SECRET_KEY"] = LavaFixture.SecretKey },
        "serve", "--data", Data, "--upstream", $"*={simulator.Url}");

    private async Task AssertProvenAsync()
    {
        var (code, output) = await LavaProcess.RunAsync(Nothing, "verify", "--data", Data);
        Assert.True(code == 0, output);
        Assert.Contains("checks hold", output, StringComparison.Ordinal);
    }

    /// <summary>Calls until told to stop; gives back once the first ones have been answered. The result counts answers in full.</summary>
    private static async Task<Task<int>> LoadAsync(LavaClient client, CancellationToken stop)
    {
        await client.MeterAsync("verified", "percentage", "tokens_1m", "0.25");
        var token = client.Token(await client.CustomerAsync("1000.00"), "verified");
        var answered = 0;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(async i =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var messages = new[] { new { role = "user", content = "a" } };
                    var body = new { model = "gpt-4o-mini", max_tokens = 30, stream = i % 2 == 0, messages };
                    using var response = await client.ForwardAsync(Target, token, body);
                    await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    // Killed in mid-answer.
                    break;
                }

                if (Interlocked.Increment(ref answered) == Clients * Rounds)
                {
                    first.TrySetResult();
                }
            }
        }));
        await Task.WhenAny(first.Task, clients);
        return clients.ContinueWith(done => done.Exception is { } e ? throw e : answered, TaskScheduler.Default);
    }

    // A bit of one of the first records: those behind it say that it was on disk.
    private async Task DamageAsync()
    {
        var segment = Directory.GetFiles(Path.Combine(Data, "journal"), "*.journal").Min()!;
        await using var file = File.Open(segment, FileMode.Open);
        file.Position = 1000;
        var value = file.ReadByte();
        file.Position = 1000;
        file.WriteByte((byte)(value ^ 1));
    }
}
