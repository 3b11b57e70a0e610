using System.Net.WebSockets;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Testing.Gateway;
using Lava.Tests.Gateway.Pipeline;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>What the turns of a session cost, and what they are held for.</summary>
public sealed class RealtimeTurnTests
{
    // gpt-realtime, per token: 0.4 dollars a million cached, 32 and 64 of sound, 16 of text; and a fifth on top.
    private const long TurnCost = (200 * 4_000) + (100 * 320_000) + (8 * 160_000) + (50 * 640_000);
    private const long TurnCharge = TurnCost * 6 / 5;
    private const long TurnHold = ((32_000 * 320_000L) + (4_096 * 640_000L)) * 6 / 5;

    private static readonly (string, string)[] Usage =
    [
        ("x-sim-cached-tokens", "200"), ("x-sim-audio-input-tokens", "100"), ("x-sim-tokens", "8"), ("x-sim-audio-output-tokens", "50"),
    ];

    [Fact]
    public async Task Turns_SoundTextAndCache_AreChargedEachExactly()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway, headers: Usage);
        for (var turn = 1; turn <= 3; turn++)
        {
            await client.TurnAsync();

            // Charged before its last bytes have come, and held for the next.
            Assert.Equal(turn, gateway.Books().Settles.Count);
            var wallet = gateway.Wallet();
            Assert.Equal(Money.FromDollars(100).Units - (turn * TurnCharge), wallet.Posted.Units);
        }

        await client.CloseAsync();
        await gateway.EndedAsync();
        var records = RealtimeBooks.AssertBalanced(gateway);
        Assert.Equal(3, records.Select(record => record.ResponseId).Distinct().Count());
        Assert.All(records, record =>
        {
            Assert.Equal((TurnCost, TurnCharge, TurnHold), (record.Cost.Units, record.Debit.Units, record.Held.Units));
            Assert.Equal((UsageCertainty.Exact, RequestStatus.Completed, 101), (record.Usage.Certainty, record.Status, record.HttpStatus));
            Assert.Equal((300L, 58L, 100L, 50L, 200L), (record.Usage.InputTokens, record.Usage.OutputTokens, record.Usage.AudioInputTokens,
                record.Usage.AudioOutputTokens, record.Usage.CachedInputTokens));
            Assert.Equal(("gpt-realtime", "openai"), (record.Model, record.Provider));
        });
        Assert.Single(gateway.Books().Voids);
    }

    [Fact]
    public async Task Credit_RunsOutInTheMiddle_ErrorEventAndPolicyViolationOnBothSides()
    {
        var closed = new TaskCompletionSource<(WebSocketCloseStatus?, string?)?>();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r1"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("r1", 1_000, 4_000));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r2"));
            closed.SetResult(await RealtimeUpstream.ClosedAsync(socket));
        });
        var credit = new Money(TurnHold + 1_000);
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url, Credit = credit });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.done");
        var error = (await client.EventAsync("error"))["error"]!;
        Assert.Equal(("insufficient_credit", "insufficient_credit"), ((string?)error["type"], (string?)error["code"]));
        Assert.Contains("credit does not cover", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal(((WebSocketCloseStatus?)WebSocketCloseStatus.PolicyViolation, "insufficient_credit"), await client.ClosedAsync());
        await gateway.EndedAsync();
        var (status, _) = (await closed.Task.WaitAsync(GatewayHarness.Patience))!.Value;
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, status);
        var records = RealtimeBooks.AssertBalanced(gateway, credit);
        Assert.Equal(((1_000 * 40_000L) + (4_000 * 160_000L)) * 6 / 5, records[0].Debit.Units);
        Assert.InRange(gateway.Wallet().Posted.Units, 0, credit.Units);
    }

    [Theory]
    [InlineData(LimitUnit.Tokens, 700, 2, "token_limit_exceeded")]
    [InlineData(LimitUnit.Requests, 3, 3, "request_limit_exceeded")]
    public async Task Limit_ReachedInTheMiddle_EndsTheSessionAndNothingStaysHeld(LimitUnit unit, long amount, int turns, string code)
    {
        // A turn uses 358 tokens; what the next will use nobody knows.
        await using var gateway = await GatewayHarness.StartAsync(
            LimitTests.Setup(unit, LimitCycle.Total, amount) with { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway, headers: Usage);
        for (var turn = 0; turn < turns - 1; turn++)
        {
            await client.TurnAsync();
        }

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await client.TurnAsync();
            await client.TurnAsync();
        });
        Assert.Equal((WebSocketCloseStatus?)WebSocketCloseStatus.PolicyViolation, (await client.ClosedAsync()).Status);
        await gateway.EndedAsync();
        var records = RealtimeBooks.AssertBalanced(gateway);
        Assert.Equal(turns, records.Count);
        var limit = new UsageLimit(unit, LimitCycle.Total, amount, LimitScope.Customer);
        var customer = records[0].CustomerId!.Value;
        Assert.Equal(unit == LimitUnit.Tokens ? 358 * turns : turns, gateway.Limits.Used(customer, limit, DateOnly.MinValue));
        using var next = await gateway.PostAsync(Bodies.Chat);
        Assert.Contains(code, await next.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_TwoOnOneWallet_NeverSpendMoreThanItHas()
    {
        var credit = new Money((2 * TurnHold) + (3 * TurnCharge));
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true, Credit = credit });
        var turns = await Task.WhenAll(RunAsync(), RunAsync());
        await gateway.EndedAsync(2);
        var records = RealtimeBooks.AssertBalanced(gateway, credit);
        Assert.Equal(turns.Sum(), records.Count);
        Assert.InRange(records.Count, 4, (int)(credit.Units / TurnCharge));
        Assert.InRange(gateway.Wallet().Posted.Units, 0, TurnHold);

        async Task<int> RunAsync()
        {
            using var client = await RealtimeClient.OpenAsync(gateway, headers: Usage);
            var done = 0;
            try
            {
                while (true)
                {
                    await client.TurnAsync();
                    done++;
                }
            }
            catch (Exception e) when (e is InvalidOperationException or WebSocketException)
            {
                Assert.Equal(WebSocketCloseStatus.PolicyViolation, (await client.ClosedAsync()).Status);
                return done;
            }
        }
    }

    [Fact]
    public async Task Responses_AtOnce_HoldForEach()
    {
        var go = new TaskCompletionSource();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("a"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("b"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Delta("x"));
            await go.Task;
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("b", 10, 20));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("a", 30, 40));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.output_audio_transcript.delta");
        Assert.Equal(2 * TurnHold, gateway.Wallet().Reserved.Units);
        go.SetResult();
        await client.EventAsync("response.done");
        await client.EventAsync("response.done");
        Assert.Equal(TurnHold, gateway.Wallet().Reserved.Units);
        await client.CloseAsync();
        await gateway.EndedAsync();
        var records = RealtimeBooks.AssertBalanced(gateway);
        Assert.Equal(["b", "a"], records.Select(record => record.ResponseId));
    }

    [Fact]
    public async Task Transcription_IsARecordOfItsOwnModel()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway, headers: Usage);
        await client.SendAsync(Transcribe("gpt-4o-transcribe"));
        await client.EventAsync("session.updated");
        await client.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        await client.EventAsync("conversation.item.input_audio_transcription.completed");
        await client.TurnAsync();
        await client.CloseAsync();
        await gateway.EndedAsync();
        var records = RealtimeBooks.AssertBalanced(gateway);
        Assert.Equal(["gpt-4o-transcribe", "gpt-realtime"], records.Select(record => record.Model));
        Assert.Equal([(20 * 60_000) + (4 * 100_000), TurnCost], records.Select(record => record.Cost.Units));
        Assert.Equal("item_1", records[0].ResponseId);
        Assert.True(records[0].Held > records[0].Debit);
    }

    [Fact]
    public async Task Transcription_ByAModelWithoutPrice_EndsTheSession()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.SendAsync(Transcribe("scribe-of-nobody"));
        Assert.Equal("unpriced_model", (string?)(await client.EventAsync("error"))["error"]!["code"]);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, (await client.ClosedAsync()).Status);
        await gateway.EndedAsync();
        Assert.Empty(RealtimeBooks.AssertBalanced(gateway));
    }

    [Fact]
    public async Task Done_WithoutUsage_IsEstimatedNeverFree()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway, headers: [("x-sim-fault", "no-usage"), ("x-sim-tokens", "100")]);
        await client.TurnAsync();
        await client.CloseAsync();
        await gateway.EndedAsync();
        var record = Assert.Single(RealtimeBooks.AssertBalanced(gateway));
        Assert.Equal((UsageCertainty.Partial, UsageReason.Missing), (record.Usage.Certainty, record.Usage.Reason));
        Assert.InRange(record.Usage.OutputTokens, 100, 300);
        Assert.True(record.Debit > Money.Zero);
    }

    [Fact]
    public async Task Done_IsDurableBeforeItsLastBytesPass()
    {
        var go = new TaskCompletionSource();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("a"));
            await go.Task;
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("a", 10, 20));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.created");
        var held = gateway.Disk.Hold();
        go.SetResult();
        var done = client.EventAsync("response.done");
        await held.WaitAsync(GatewayHarness.Patience);
        await gateway.RoundTripsAsync();
        Assert.False(done.IsCompleted);
        Assert.Empty(gateway.Books().Settles);
        gateway.Disk.Release();
        await done;
        Assert.Single(gateway.Books().Settles);
        await client.CloseAsync();
        await gateway.EndedAsync();
        RealtimeBooks.AssertBalanced(gateway);
    }

    private static string Transcribe(string model) =>
        """{"type":"session.update","session":{"audio":{"input":{"transcription":{"model":"MODEL"}}}}}"""
            .Replace("MODEL", model, StringComparison.Ordinal);
}
