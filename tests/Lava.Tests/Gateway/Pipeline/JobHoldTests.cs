using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Jobs;
using Lava.Metering;
using Lava.Server.Hosting;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>What a job holds between its beginning and its end, and what it counts as.</summary>
public sealed class JobHoldTests
{
    private const string Transcripts = "https://api.assemblyai.com/v2/transcript";
    private const string Submission = """{"audio_url":"https://x/y.mp3","speech_models":["universal"]}""";
    private const string Begun = """{"id":"t1","status":"queued","audio_duration":null}""";
    private const string Running = """{"id":"t1","status":"processing","audio_duration":null}""";
    private const string Done = """{"id":"t1","status":"completed","audio_duration":281,"text":"hello"}""";
    private const string Failed = """{"id":"t1","status":"error","error":"no speech found"}""";
    private const string Prices = "version 2\nassemblyai universal 2026-01-01 second_in=0.001 source=test";
    private static readonly Guid Customer = new(10, 0, 0, new byte[8]);
    private static readonly UsageLimit Requests = new(LimitUnit.Requests, LimitCycle.Total, 2, LimitScope.Customer);
    private static readonly UsageLimit Spend = new(LimitUnit.Spend, LimitCycle.Total, 1_000_000_000_000, LimitScope.Customer);

    [Theory]
    [InlineData(Done, 3_372_000_000)]
    [InlineData(Failed, 0)]
    public async Task Job_UntilItsEnd_HoldsWhatItsBeginningHeld(string end, long charge)
    {
        await using var gateway = await GatewayHarness.StartAsync(Setup(Requests, Spend));
        var held = await BeginAsync(gateway);
        Assert.True(held > charge);
        await AskAsync(gateway, Running);
        Assert.Equal((held, held, 1), (gateway.Wallet().Reserved.Units, Used(gateway, Spend), Used(gateway, Requests)));

        await AskAsync(gateway, end);
        await AskAsync(gateway, end);
        Assert.Equal((0, charge), (gateway.Wallet().Reserved.Units, Used(gateway, Spend)));
        Ledger.AssertBalanced(gateway);
    }

    [Fact]
    public async Task Job_AskedForWhileItIsOpen_CountsAsOneRequestAndIsNeverRefusedForIt()
    {
        await using var gateway = await GatewayHarness.StartAsync(Setup(Requests with { Amount = 1 }));
        await BeginAsync(gateway);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, await AskAsync(gateway, Running, "c1"));
        }

        Assert.Equal(200, await AskAsync(gateway, Done));
        Assert.Equal(1, Used(gateway, Requests));

        // It is over: asking is a request as any other.
        Assert.Equal(429, await AskAsync(gateway, Done));
        Assert.Equal([1, 4, 4, 4, 2], Ledger.AssertBalanced(gateway).Select(record => (int)record.Job));
    }

    [Fact]
    public async Task SpendKey_AsksForAnOpenJob_TakesNothingOfItsRate()
    {
        await using var gateway = await GatewayHarness.StartAsync(new()
        {
            Prices = Prices,
            Time = new ManualTime(),
            SpendKey = key => key with { RatePerMinute = 1 },
        });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Begun);
        using (await gateway.PostAsync(Submission, TestAccounts.SpendKeyText, Transcripts))
        {
            await gateway.EndedAsync();
        }

        Assert.Equal(200, await AskAsync(gateway, Running, credential: TestAccounts.SpendKeyText));
        Assert.Equal(200, await AskAsync(gateway, Done, credential: TestAccounts.SpendKeyText));
        Assert.Equal(429, await AskAsync(gateway, Done, credential: TestAccounts.SpendKeyText));
    }

    [Fact]
    public async Task Job_HoldsAllThatTheWalletHas_TheNextIsRefusedUntilItsEnd()
    {
        await using var all = await GatewayHarness.StartAsync(Setup());
        var held = await BeginAsync(all);
        await using var gateway = await GatewayHarness.StartAsync(Setup() with { Credit = new Money(held + 1) });
        await BeginAsync(gateway);
        using (var refused = await gateway.PostAsync(Submission, target: Transcripts))
        {
            Assert.Equal(402, (int)refused.StatusCode);
            await gateway.EndedAsync();
        }

        await AskAsync(gateway, Failed);
        Assert.Equal(held, await BeginAsync(gateway));
    }

    [Fact]
    public async Task Job_TooOld_GivesItsHoldBack()
    {
        var time = new ManualTime();
        await using var gateway = await GatewayHarness.StartAsync(Setup(Spend) with { Time = time });
        await BeginAsync(gateway);
        var watch = new JobWatch(gateway.Jobs, gateway.Pipeline, time);
        time.Advance(TimeSpan.FromDays(60));
        watch.Look();
        Assert.Equal((0, 0, 0), (gateway.Jobs.Count, gateway.Wallet().Reserved.Units, Used(gateway, Spend)));
    }

    [Fact]
    public async Task Restart_OpenJob_HoldsAgainAsFarAsTheWalletHasIt()
    {
        await using var before = await GatewayHarness.StartAsync(Setup());
        var held = await BeginAsync(before);
        var record = Assert.Single(before.Books().Records);
        foreach (var (credit, expected) in new[] { (held, held), (held - 1, 0L) })
        {
            await using var gateway = await GatewayHarness.StartAsync(Setup(Spend) with { Credit = new Money(credit) });
            gateway.Limits.Open(Customer, [Spend], null);
            gateway.Jobs.Restore(record);
            gateway.Pipeline.HoldOpenJobs();
            gateway.Pipeline.HoldOpenJobs();
            Assert.Equal((expected, expected), (gateway.Wallet().Reserved.Units, Used(gateway, Spend)));
            await AskAsync(gateway, Failed);
            Assert.Equal((0, 0), (gateway.Wallet().Reserved.Units, Used(gateway, Spend)));
        }
    }

    [Fact]
    public void Restore_AskedFor_LeavesItOpen()
    {
        var jobs = new JobIndex();
        jobs.Restore(Record(JobState.Running));
        jobs.Restore(Record(JobState.Asked));
        Assert.Equal(1, jobs.Count);
        UsageRecord Record(JobState state) => new() { ResponseId = "t1", Provider = "assemblyai", Endpoint = "", Job = state };
    }

    private static GatewaySetup Setup(params UsageLimit[] limits) => new()
    {
        Prices = Prices,
        Accounts = accounts => accounts.TryFindCustomer(new(1, 0, 0, new byte[8]), "c0"u8, out var customer)
            ? accounts.With(customer with { Limits = limits })
            : throw new KeyNotFoundException(),
    };

    private static long Used(GatewayHarness gateway, in UsageLimit limit) => gateway.Limits.Used(Customer, limit, DateOnly.MinValue);

    private static async Task<long> BeginAsync(GatewayHarness gateway)
    {
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Begun);
        using var response = await gateway.PostAsync(Submission, target: Transcripts);
        Assert.Equal(200, (int)response.StatusCode);
        await gateway.EndedAsync();
        return gateway.Wallet().Reserved.Units;
    }

    private static async Task<int> AskAsync(
        GatewayHarness gateway, string answer, string customer = "c0", string? credential = null)
    {
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(answer);
        using var response = await gateway.Client.SendAsync(
            GatewayHarness.Request(HttpMethod.Get, Transcripts + "/t1", credential ?? TestAccounts.Token(customer), null));
        await response.Content.LoadIntoBufferAsync();
        await gateway.EndedAsync();
        return (int)response.StatusCode;
    }
}
