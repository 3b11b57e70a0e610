using Lava.Core;
using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Asynchronous jobs: charged once per job, by whoever sees its end first, never by asking how far it is.</summary>
public sealed class JobTests
{
    private const string Transcripts = "https://api.assemblyai.com/v2/transcript";
    private const string Begun = """{"id":"t1","status":"queued","audio_duration":null}""";
    private const string Submission = """{"audio_url":"https://x/y.mp3","speech_models":["universal"]}""";
    private const string Running = """{"id":"t1","status":"processing","audio_duration":null}""";
    private const string Done = """{"id":"t1","status":"completed","audio_duration":281,"text":"hello"}""";
    private const string Failed = """{"id":"t1","status":"error","error":"no speech found"}""";

    // A tenth of a cent per second.
    private const string Prices = "version 2\nassemblyai universal 2026-01-01 second_in=0.001 source=test";

    [Fact]
    public async Task Result_AskedFourTimes_ChargedOnceByItsSeconds()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        await BeginAsync(gateway);
        foreach (var answer in (string[])[Running, Done, Done, Done])
        {
            Assert.Equal(answer, await AskAsync(gateway, answer));
        }

        var records = Ledger.AssertBalanced(gateway);
        Assert.Equal(5, records.Count);
        var charged = Assert.Single(records, record => record.Debit != Money.Zero);
        Assert.Same(records[2], charged);
        Assert.Equal(Money.Parse("0.281"), charged.Cost);
        Assert.Equal(Money.Parse("0.3372"), charged.Charge);
        Assert.Equal((JobState.Running, JobState.Succeeded), (records[0].Job, charged.Job));
        Assert.Equal(("t1", "universal", 281_000_000L), (charged.ResponseId, charged.Model, charged.Usage.InputMicroseconds));
    }

    [Fact]
    public async Task Result_AskedForByAnotherCustomer_TheOneWhoBeganItPays()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        await BeginAsync(gateway);

        await AskAsync(gateway, Done, TestAccounts.Token("c1"));

        Ledger.AssertBalanced(gateway);
        Assert.Equal(Money.FromDollars(100), gateway.Wallet("c1").Posted);
        Assert.Equal(Money.Parse("99.6628"), gateway.Wallet().Posted);
    }

    [Fact]
    public async Task Result_AskedTwentyTimesAtOnce_ChargedOnce()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        await BeginAsync(gateway);
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Done);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await gateway.Client.SendAsync(
                GatewayHarness.Request(HttpMethod.Get, Transcripts + "/t1", TestAccounts.Token(), null));
            Assert.Equal(Done, await response.Content.ReadAsStringAsync());
        }));
        await gateway.EndedAsync(20);

        Assert.Single(Ledger.AssertBalanced(gateway), record => record.Debit != Money.Zero);
    }

    [Fact]
    public async Task Result_Failed_FreeAndNeverChargedLater()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        await BeginAsync(gateway);

        await AskAsync(gateway, Failed);
        await AskAsync(gateway, Done);

        Assert.All(Ledger.AssertBalanced(gateway), record => Assert.Equal(Money.Zero, record.Debit));
    }

    [Fact]
    public async Task Result_OfAJobBegunElsewhere_Free()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });

        await AskAsync(gateway, Done);

        Assert.Equal(Money.Zero, Assert.Single(Ledger.AssertBalanced(gateway)).Debit);
    }

    [Fact]
    public async Task Submit_WalletCantPay_402AndNothingBegins()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices, Credit = Money.Zero });

        using var response = await gateway.PostAsync(Submission, target: Transcripts);
        await gateway.EndedAsync();

        Assert.Equal(402, (int)response.StatusCode);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task Background_ResponseDone_ChargedOnceByItsTokens()
    {
        const string Responses = "https://api.openai.com/v1/responses";
        const string Queued = """{"id":"resp_1","object":"response","status":"queued","model":"gpt-5-mini","usage":null}""";
        const string Completed = """
            {"id":"resp_1","object":"response","status":"completed","model":"gpt-5-mini","output":[],
            "usage":{"input_tokens":1000,"output_tokens":100,"total_tokens":1100}}
            """;
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Queued);
        using (var begun = await gateway.PostAsync("""{"model":"gpt-5-mini","input":"x","background":true}""", target: Responses))
        {
            Assert.Equal(Queued, await begun.Content.ReadAsStringAsync());
        }

        await gateway.EndedAsync();
        await AskAsync(gateway, Queued, target: Responses + "/resp_1");
        await AskAsync(gateway, Completed, target: Responses + "/resp_1");
        await AskAsync(gateway, Completed, target: Responses + "/resp_1");

        var charged = Assert.Single(Ledger.AssertBalanced(gateway), record => record.Debit != Money.Zero);
        Assert.Equal((1000, 100), (charged.Usage.InputTokens, charged.Usage.OutputTokens));
        Assert.Equal(UsageCertainty.Exact, charged.Usage.Certainty);
    }

    [Fact]
    public async Task FollowUp_JobDone_ChargedWithoutAnybodyAsking()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        await BeginAsync(gateway);
        var job = Assert.Single(gateway.Jobs.Open);

        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Running);
        await gateway.Pipeline.FollowUpAsync(job);
        Assert.Single(Ledger.AssertBalanced(gateway));

        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Done);
        await gateway.Pipeline.FollowUpAsync(job);
        await gateway.Pipeline.FollowUpAsync(job);

        var charged = Assert.Single(Ledger.AssertBalanced(gateway), record => record.Debit != Money.Zero);
        Assert.Equal((Money.Parse("0.3372"), "GET https://api.assemblyai.com/v2/transcript/t1"), (charged.Charge, charged.Endpoint));
        Assert.Equal(2, gateway.Books().Records.Count());
        Assert.All(gateway.Upstream.Received, exchange => Assert.Equal(["managed-ASSEMBLYAI_API_KEY"], exchange.Header("Authorization")));
        Assert.Equal(0, gateway.Jobs.Count);
    }

    [Fact]
    public async Task FollowUp_JobOfACallersOwnKey_IsNotAskedFor()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        await BeginAsync(gateway, TestAccounts.Token(providerKey: "own"));

        await gateway.Pipeline.FollowUpAsync(Assert.Single(gateway.Jobs.Open));

        Assert.Single(gateway.Upstream.Received);
        Assert.Equal(1, gateway.Jobs.Count);
    }

    private static async Task BeginAsync(GatewayHarness gateway, string? token = null)
    {
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Begun);
        using var response = await gateway.PostAsync(Submission, token, Transcripts);
        Assert.Equal(Begun, await response.Content.ReadAsStringAsync());
        await gateway.EndedAsync();
    }

    private static async Task<string> AskAsync(
        GatewayHarness gateway, string answer, string? token = null, string target = Transcripts + "/t1")
    {
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(answer);
        using var response = await gateway.Client.SendAsync(
            GatewayHarness.Request(HttpMethod.Get, target, token ?? TestAccounts.Token(), null));
        var text = await response.Content.ReadAsStringAsync();
        await gateway.EndedAsync();
        return text;
    }
}
