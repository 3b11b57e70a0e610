using Lava.Core;
using Lava.Gateway;
using Lava.Metering;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Call objects are reused: nothing of a call may be found in the next one, and calls at the same time share nothing.</summary>
public sealed class PooledCallTests
{
    private const string Anthropic = "https://api.anthropic.com/v1/messages";
    private const string Gemini = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";
    private const string ChatBody = """{"model":"gpt-4o-mini+tokens=5","max_tokens":50,"messages":[{"role":"user","content":"a b"}]}""";

    private const string StreamBody =
        """{"model":"gpt-4o-mini+tokens=6","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"a b c"}]}""";

    private const string AnthropicBody =
        """{"model":"claude-haiku-4-5+tokens=7","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"a b c d"}]}""";

    private const string GeminiBody = """{"contents":[{"parts":[{"text":"a b c d e"}]}],"generationConfig":{"maxOutputTokens":8}}""";

    [Fact]
    public async Task Calls_OneAfterTheOther_LeaveNothingBehind()
    {
        await using var gateway = await StartAsync(new GatewaySetup { Simulated = true, Prices = SimulatedModels });
        await CallAsync(gateway, StreamBody, "c1", "percent", Chat, ("x-lava-metadata-team", "red"));
        await CallAsync(gateway, ChatBody, "c2", "fixed", Chat, ("x-sim-error", "500"));
        await CallAsync(gateway, AnthropicBody, "c3", "request", Anthropic);
        await CallAsync(gateway, ChatBody, "c4", "percent", Chat, ("x-sim-fault", "gzip"));
        await CallAsync(gateway, GeminiBody, "c5", "percent", Gemini);
        await CallAsync(gateway, """{"model":"unknown"}""", "c6", "percent", Chat);
        await CallAsync(gateway, ChatBody, null, null, Chat, ("x-sim-fault", "no-usage"));
        var records = Ledger.AssertBalanced(gateway);

        Assert.Equal(
            [
                ("c1", "gpt-4o-mini", true, 200, null, 6, "{\"team\":\"red\"}"),
                ("c2", "gpt-4o-mini+tokens=5", false, 500, "upstream_error", 0, null),
                ("c3", "claude-haiku-4-5", true, 200, null, 7, null),
                ("c4", "gpt-4o-mini", false, 200, null, 5, null),
                ("c5", "gemini-2.5-flash", false, 200, null, 8, null),
                ("", "gpt-4o-mini", false, 200, null, records[^1].Usage.OutputTokens, null),
            ],
            records.Select(record => (Name(gateway, record), record.Model, record.Streamed, record.HttpStatus, record.ErrorCode,
                record.Usage.OutputTokens, record.Metadata)));
        Assert.Equal([3, 0, 4, 2, 5], records.Take(5).Select(record => record.Usage.InputTokens));
        Assert.Equal((null, false, 0), (records[^1].MeterId, records[^1].Billed, records[^1].Charge.Units));
        Assert.Equal(100_000_000, records[2].Charge.Units);
        Assert.Equal(records.Count, records.Select(record => record.Id).Distinct().Count());
        Assert.Equal(records.Count, records.Select(record => record.RequestId).Distinct().Count());
    }

    [Fact]
    public async Task FreeStream_AfterAChatStreamThatFailed_IsNotFiltered()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => Task.Run(exchange.Reset);
        using var failed = await gateway.PostAsync(Bodies.ChatStream);
        Assert.Equal(502, (int)failed.StatusCode);
        await gateway.EndedAsync();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync(Bodies.Text + Bodies.UsageChunk);
            await exchange.SendAsync("0\r\n\r\n");
        };
        using var response = await gateway.PostAsync("{}", target: "https://api.openai.com/v1/moderations");
        Assert.Equal(Bodies.Text + Bodies.UsageChunk, await response.Content.ReadAsStringAsync());
        await gateway.EndedAsync();
        Assert.Equal(2, Ledger.AssertBalanced(gateway).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_TwoHundredAtOnceWithAllKindsOfEnds_LeaveTheBooksBalanced(bool progress)
    {
        const int calls = 200;
        var interval = progress ? TimeSpan.Zero : TimeSpan.FromHours(1);
        await using var gateway = await StartAsync(new GatewaySetup
        {
            Simulated = true,
            Prices = SimulatedModels,
            Options = new GatewayOptions { ProgressInterval = interval },
        });
        (string, string)[] ends =
        [
            ("x-sim-tokens", "20"), ("x-sim-fault", "cut"), ("x-sim-fault", "cut-before-usage"), ("x-sim-fault", "no-usage"),
            ("x-sim-fault", "gzip"), ("x-sim-fault", "lying-usage"), ("x-sim-error", "429"), ("x-sim-fault", "chunked"),
            ("x-sim-fault", "error-event"), ("x-sim-fault", "redirect"), ("leave", "early"),
        ];
        await Task.WhenAll(Enumerable.Range(0, calls).Select(async i =>
        {
            var (target, body) = (i % 4) switch
            {
                0 => (Chat, ChatBody),
                1 => (Chat, StreamBody),
                2 => (Anthropic, AnthropicBody),
                _ => (Gemini, GeminiBody),
            };
            var (name, value) = ends[i % ends.Length];
            using var client = await gateway.PostRawAsync(
                body, TestAccounts.Token($"c{i % TestAccounts.Customers}", i % 3 == 0 ? "fixed" : "percent"), target,
                $"Connection: close\r\n{name}: {value}\r\n");
            if (name == "leave")
            {
                client.Reset();
            }
            else
            {
                await client.ReceiveAllAsync();
                Assert.StartsWith("HTTP/1.1 ", client.Received + (client.WasReset ? "HTTP/1.1 " : ""), StringComparison.Ordinal);
            }
        }));

        // A client that left before its request was read never made a call.
        var finished = calls - (calls / ends.Length);
        await gateway.EndedAsync(finished);
        await gateway.IdleAsync();
        var records = Ledger.AssertBalanced(gateway);
        Assert.InRange(records.Count, calls - 19, calls);
        Assert.True(records.Sum(record => record.Debit.Units) > 0);
        Assert.Equal(gateway.Books().Reserves.Count, records.Count);
        Assert.Contains(records, record => record.Usage.Certainty == UsageCertainty.Partial);
        Assert.Contains(records, record => record.ErrorCode == "upstream_cut");
        Assert.Equal(progress, gateway.Books().Progress.Count > calls / 4);
    }

    [Fact]
    public async Task Calls_ManyAtOnceOnOneWallet_NeverOverspendIt()
    {
        var credit = new Money(Bodies.Hold(Bodies.Chat, 100) * 5 / 2);
        await using var gateway = await StartAsync(new GatewaySetup { Credit = credit });
        var all = new SemaphoreSlim(0);
        gateway.Upstream.Script = async exchange =>
        {
            await all.WaitAsync();
            await exchange.SendJsonAsync(Bodies.Answer);
        };
        var answers = Enumerable.Range(0, 20).Select(_ => gateway.PostAsync(Bodies.Chat)).ToList();
        await gateway.EndedAsync(18);
        Assert.Equal(2, gateway.Pipeline.InFlight);
        all.Release(20);
        var statuses = (await Task.WhenAll(answers)).Select(response => (int)response.StatusCode).ToList();
        Assert.Equal((2, 18), (statuses.Count(status => status == 200), statuses.Count(status => status == 402)));
        await gateway.EndedAsync(2);
        Assert.Equal(2, Ledger.AssertBalanced(gateway, credit).Count);
    }

    // The simulator's knobs stand in the model's name, and what is not priced is refused.
    private static string SimulatedModels => string.Join(
        '\n',
        "version 1",
        "openai gpt-4o-mini+tokens=5 2026-01-01 input=0.15 output=0.6 context=128000 max_output=16384 source=test",
        "openai gpt-4o-mini+tokens=6 2026-01-01 input=0.15 output=0.6 context=128000 max_output=16384 source=test",
        "anthropic claude-haiku-4-5+tokens=7 2026-01-01 input=1 output=5 context=200000 max_output=64000 source=test",
        "");

    private static string Name(GatewayHarness gateway, UsageRecord record) =>
        record.CustomerId is { } id && gateway.Accounts.Snapshot.Customers.TryGetValue(id, out var customer) ? customer.ReferenceId! : "";

    private static async Task CallAsync(
        GatewayHarness gateway, string body, string? customer, string? meter, string target, params (string, string)[] headers)
    {
        using var response = await gateway.PostAsync(body, TestAccounts.Token(customer, meter), target, headers);
        await response.Content.ReadAsByteArrayAsync();
        await gateway.EndedAsync();
    }
}
