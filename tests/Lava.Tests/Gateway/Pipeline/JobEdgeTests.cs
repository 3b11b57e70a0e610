using System.Collections.Frozen;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Jobs;
using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Jobs that are large, strange, many or nobody's: none is free, none is charged twice.</summary>
public sealed class JobEdgeTests
{
    private const string Responses = "https://api.openai.com/v1/responses";
    private const string Background = """{"model":"gpt-5-mini","input":"tell me a story","background":true}""";
    private const string Transcripts = "https://api.assemblyai.com/v2/transcript";
    private const string Transcript = """{"audio_url":"https://x/y.mp3","speech_models":["universal"]}""";
    private const string Prices = "version 2\nassemblyai universal 2026-01-01 second_in=0.001 source=test";

    [Fact]
    public async Task Batch_OfThousandsOfRequests_IsChargedByItsOwnFigures()
    {
        const string Batches = "https://api.openai.com/v1/batches";
        await using var gateway = await GatewayHarness.StartAsync();
        await CallAsync(gateway, HttpMethod.Post, Batches, """{"id":"b1","object":"batch","status":"validating"}""",
            """{"input_file_id":"f","endpoint":"/v1/chat/completions","completion_window":"24h"}""");
        await CallAsync(gateway, HttpMethod.Get, Batches + "/b1",
            """
            {"id":"b1","object":"batch","status":"completed","model":"gpt-4o-mini",
            "usage":{"input_tokens":100000000,"output_tokens":40000000}}
            """);

        var charged = Assert.Single(Ledger.AssertBalanced(gateway), record => record.Debit != Money.Zero);
        Assert.Equal((Money.Parse("7.5"), Money.Parse("12")), (charged.InputCost, charged.OutputCost));
        Assert.Equal((UsageCertainty.Exact, ServiceTier.Batch), (charged.Usage.Certainty, charged.ServiceTier));
    }

    [Fact]
    public async Task Result_ThatTellsNothing_IsEstimatedFromRequestAndText()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        await CallAsync(gateway, HttpMethod.Post, Responses, """{"id":"r1","status":"queued","model":"gpt-5-mini"}""", Background);
        await CallAsync(gateway, HttpMethod.Get, Responses + "/r1",
            """
            {"id":"r1","status":"completed","model":"gpt-5-mini","usage":null,
            "output":[{"type":"message","content":[{"type":"output_text","text":"once upon a time"}]}]}
            """);

        var charged = Assert.Single(Ledger.AssertBalanced(gateway), record => record.Debit != Money.Zero);
        Assert.Equal(((Background.Length + 3) / 4, 4L), (charged.Usage.InputTokens, charged.Usage.OutputTokens));
        Assert.Equal(UsageCertainty.Unknown, charged.Usage.Certainty);
    }

    [Fact]
    public async Task Result_ClientGoneBeforeItsAnswer_ChargesNothingYet()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Options = new() { DrainTimeout = TimeSpan.Zero } });
        await CallAsync(gateway, HttpMethod.Post, Responses, """{"id":"r1","status":"queued","model":"gpt-5-mini"}""", Background);
        var arrived = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        gateway.Upstream.Script = _ =>
        {
            arrived.SetResult();
            return end.Task;
        };
        using (var client = await RawClient.SendAsync(
            gateway.Port, $"GET /v1/forward?u={Responses}/r1 HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {TestAccounts.Token()}\r\n\r\n"))
        {
            await arrived.Task.WaitAsync(GatewayHarness.Patience);
        }

        await gateway.EndedAsync();
        end.SetResult();
        Assert.All(Ledger.AssertBalanced(gateway), record => Assert.Equal(Money.Zero, record.Debit));
        Assert.Equal(1, gateway.Jobs.Count);
    }

    [Fact]
    public async Task Result_FailedWithAnErrorObject_EndsTheJob()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        await CallAsync(gateway, HttpMethod.Post, Responses, """{"id":"r1","status":"queued","model":"gpt-5-mini"}""", Background);
        await CallAsync(gateway, HttpMethod.Get, Responses + "/r1",
            """{"id":"r1","status":"failed","model":"gpt-5-mini","error":{"code":"server_error"},"usage":null}""");

        Assert.Equal([JobState.Running, JobState.Failed], Ledger.AssertBalanced(gateway).Select(record => record.Job));
        Assert.Equal(0, gateway.Jobs.Count);
    }

    [Fact]
    public async Task Submit_IdsLongerThanAreKept_EachIsBilledAtOnce()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        foreach (var last in "ab")
        {
            var id = "resp_" + new string('x', 200) + last;
            await CallAsync(
                gateway, HttpMethod.Post, Responses, $$"""{"id":"{{id}}","status":"queued","model":"gpt-5-mini"}""", Background);
        }

        Assert.All(Ledger.AssertBalanced(gateway), record => Assert.True(record.Debit > Money.Zero));
        Assert.Equal(0, gateway.Jobs.Count);
    }

    [Fact]
    public async Task Submit_AnswerNamesNoJob_IsBilledByItsRequest()
    {
        const string Body = """{"model":"sora-2","prompt":"a cat","seconds":"8"}""";
        await using var gateway = await GatewayHarness.StartAsync();
        await CallAsync(gateway, HttpMethod.Post, "https://api.openai.com/v1/videos", """{"object":"video","status":"queued"}""", Body);

        Assert.Equal(Money.Parse("0.8"), Assert.Single(Ledger.AssertBalanced(gateway)).Cost);
    }

    [Fact]
    public async Task Submit_TooManyOpen_503AndNothingBegins()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        for (var i = 0; i < GatewayLimits.OpenJobs; i++)
        {
            gateway.Jobs.Begin(new OpenJob { Key = new JobKey(default, "assemblyai", $"{i}") });
        }

        using var response = await gateway.PostAsync(Transcript, target: Transcripts);
        await gateway.EndedAsync();

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Empty(gateway.Upstream.Received);
        Assert.Empty(Ledger.AssertBalanced(gateway));
    }

    [Fact]
    public async Task FollowUp_IdInTheQuery_IsAskedForThere()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        await CallAsync(
            gateway, HttpMethod.Post, "https://api.us1.bfl.ai/v1/flux-dev", """{"id":"j 1","polling_url":"x"}""", """{"prompt":"x"}""");
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync("""{"id":"j 1","status":"Ready"}""");
        await gateway.Pipeline.FollowUpAsync(Assert.Single(gateway.Jobs.Open));

        Assert.StartsWith("GET /v1/get_result?id=j%201 ", gateway.Upstream.Received.Last().RequestLine, StringComparison.Ordinal);
        Assert.Equal(Money.Parse("0.025"), Assert.Single(Ledger.AssertBalanced(gateway), record => record.Debit != Money.Zero).Cost);
    }

    [Theory]
    [InlineData(ProviderKeyType.Managed, "managed-ASSEMBLYAI_API_KEY")]
    [InlineData(ProviderKeyType.Stored, "stored")]
    public async Task FollowUp_KeyStoredSince_GoesWithTheKindOfKeyThatBeganIt(ProviderKeyType kind, string key)
    {
        await using var gateway = await GatewayHarness.StartAsync(new()
        {
            Prices = Prices,
            Merchant = merchant => merchant with
            {
                ProviderKeys = new Dictionary<string, ReadOnlyMemory<byte>> { ["assemblyai"] = Encoding.ASCII.GetBytes("stored") }
                    .ToFrozenDictionary(),
            },
        });
        await CallAsync(gateway, HttpMethod.Post, Transcripts, """{"id":"t1","status":"queued"}""", Transcript);
        var job = Assert.Single(gateway.Jobs.Open);
        await gateway.Pipeline.FollowUpAsync(job with { ProviderKeyType = kind });
        Assert.Equal([key], gateway.Upstream.Received.Last().Header("Authorization"));
        Assert.Equal(2, gateway.Upstream.Received.Count);
    }

    [Fact]
    public async Task FollowUp_AfterTheStop_AsksNobody()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices });
        await CallAsync(gateway, HttpMethod.Post, Transcripts, """{"id":"t1","status":"queued"}""", Transcript);
        Assert.True(await gateway.Pipeline.StopAsync());
        await gateway.Pipeline.FollowUpAsync(Assert.Single(gateway.Jobs.Open));
        Assert.Single(gateway.Upstream.Received);
    }

    private static async Task CallAsync(GatewayHarness gateway, HttpMethod method, string target, string answer, string? body = null)
    {
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(answer);
        using var response = await gateway.Client.SendAsync(GatewayHarness.Request(method, target, TestAccounts.Token(), body));
        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        await gateway.EndedAsync();
    }
}
