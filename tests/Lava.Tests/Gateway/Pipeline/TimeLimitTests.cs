using System.Net;
using Lava.Gateway;
using Lava.Metering;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Providers that fall silent and clients that go away, on a clock that the test moves.</summary>
public sealed class TimeLimitTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task FirstByte_DoesNotCome_Is504AndFree()
    {
        await using var gateway = await StartAsync(Limits(firstByte: TimeSpan.FromSeconds(10)));
        gateway.Upstream.Script = SilentAsync;
        var answer = gateway.PostAsync(Bodies.Chat);
        await _asked.Task.WaitAsync(Patience);
        await _time.AdvanceUntilAsync(answer, Step);
        using var response = await answer;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("\"code\":\"upstream_timeout\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((RequestStatus.Error, "upstream_timeout", 0L), (record.Status, record.ErrorCode, record.Debit.Units));
    }

    [Fact]
    public async Task FirstByte_ShortOfItsLimit_IsWaitedFor()
    {
        await using var gateway = await StartAsync(Limits(firstByte: TimeSpan.FromSeconds(10)));
        gateway.Upstream.Script = async exchange =>
        {
            _asked.SetResult();
            await _goOn.Task;
            await exchange.SendJsonAsync(Bodies.Answer);
        };
        var answer = gateway.PostAsync(Bodies.Chat);
        await _asked.Task.WaitAsync(Patience);
        _time.Advance(TimeSpan.FromSeconds(9));
        _goOn.SetResult();
        using var response = await answer;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(Bodies.AnswerCharge, record.Debit.Units);
        Assert.Equal(9_000_000, record.CompletedAtMicros - record.CreatedAtMicros);
        Assert.Equal(9_000_000, record.TimeToFirstByteMicros);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_FallsSilent_IsCutOffAndEstimated(bool idle)
    {
        await using var gateway = await StartAsync(idle ? Limits(idle: TimeSpan.FromSeconds(10)) : Limits(total: TimeSpan.FromSeconds(10)));
        gateway.Upstream.Script = StallAsync;
        using var client = await gateway.PostRawAsync(Bodies.ChatStreamWithUsage);
        Assert.True(await client.ReceiveUntilAsync("hello world!"));
        var end = client.ReceiveAllAsync();
        await _time.AdvanceUntilAsync(end, Step);
        Assert.DoesNotContain("\r\n0\r\n\r\n", await end, StringComparison.Ordinal);
        AssertEstimated(await Ledger.SettledAsync(gateway), "upstream_timeout");
    }

    [Fact]
    public async Task Stream_PiecesWithinTheIdleLimit_GoesOnForLonger()
    {
        await using var gateway = await StartAsync(Limits(idle: TimeSpan.FromSeconds(10)));
        var next = new SemaphoreSlim(0);
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            for (var i = 0; i < 4; i++)
            {
                await exchange.SendChunkAsync(Bodies.Text.Replace("hello", $"part{i}", StringComparison.Ordinal));
                await next.WaitAsync();
            }

            await exchange.SendChunkAsync(Bodies.UsageChunk + Bodies.Done);
            await exchange.SendAsync("0\r\n\r\n");
        };
        using var client = await gateway.PostRawAsync(Bodies.ChatStreamWithUsage, headers: "Connection: close\r\n");
        for (var i = 0; i < 4; i++)
        {
            Assert.True(await client.ReceiveUntilAsync($"part{i}"));
            _time.Advance(TimeSpan.FromSeconds(9));
            next.Release();
        }

        Assert.EndsWith("0\r\n\r\n", await client.ReceiveAllAsync(), StringComparison.Ordinal);
        Assert.Equal(UsageCertainty.Exact, (await Ledger.SettledAsync(gateway)).Usage.Certainty);
    }

    [Fact]
    public async Task ClientGone_BeforeHeadersThatComeInTime_IsExact()
    {
        await using var gateway = await StartAsync(Limits());
        gateway.Upstream.Script = async exchange =>
        {
            _asked.SetResult();
            await _goOn.Task;
            await exchange.SendJsonAsync(Bodies.Answer);
        };
        using var client = await gateway.PostRawAsync(Bodies.Chat);
        await _asked.Task.WaitAsync(Patience);
        client.Reset();
        await gateway.ClientGone;
        _goOn.SetResult();
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((UsageCertainty.Exact, Bodies.AnswerCharge), (record.Usage.Certainty, record.Debit.Units));
    }

    [Fact]
    public async Task ClientGone_BeforeHeadersThatDoNotCome_ChargesTheInput()
    {
        await using var gateway = await StartAsync(Limits());
        gateway.Upstream.Script = SilentAsync;
        using var client = await gateway.PostRawAsync(Bodies.Chat);
        await _asked.Task.WaitAsync(Patience);
        client.Reset();
        await gateway.ClientGone;
        await _time.AdvanceUntilAsync(gateway.EndedAsync(), Step);
        var record = Assert.Single(Ledger.AssertBalanced(gateway));
        Assert.Equal(("downstream_aborted", UsageCertainty.Partial), (record.ErrorCode, record.Usage.Certainty));
        Assert.Equal(Bodies.Hold((Bodies.Chat.Length + 3) / 4, 0), record.Debit.Units);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientGone_UsageComesWhileDraining_IsExact(bool filtered)
    {
        await using var gateway = await StartAsync(Limits());
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync(Bodies.Text);
            await _goOn.Task;

            // More than one read of the relay: the first only finds out that nobody listens any more.
            await exchange.SendChunkAsync(string.Concat(Enumerable.Repeat(Bodies.Text, 500)) + Bodies.Stop);
            await exchange.SendChunkAsync(Bodies.UsageChunk + Bodies.Done);
            await exchange.SendAsync("0\r\n\r\n");
        };
        using var client = await gateway.PostRawAsync(filtered ? Bodies.ChatStream : Bodies.ChatStreamWithUsage);
        Assert.True(await client.ReceiveUntilAsync("hello world!"));
        client.Reset();
        await gateway.ClientGone;
        _goOn.SetResult();
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((10, 20, UsageCertainty.Exact), (record.Usage.InputTokens, record.Usage.OutputTokens, record.Usage.Certainty));
        Assert.Equal(Bodies.AnswerCharge, record.Debit.Units);
        Assert.True(record.Streamed);
    }

    [Fact]
    public async Task ClientGone_UsageDoesNotCome_IsEstimatedAfterTheDrainTime()
    {
        await using var gateway = await StartAsync(Limits());
        gateway.Upstream.Script = StallAsync;
        using var client = await gateway.PostRawAsync(Bodies.ChatStreamWithUsage);
        Assert.True(await client.ReceiveUntilAsync("hello world!"));
        client.Reset();
        await gateway.ClientGone;
        await _time.AdvanceUntilAsync(gateway.EndedAsync(), Step);
        AssertEstimated(Assert.Single(Ledger.AssertBalanced(gateway)), "downstream_aborted");
    }

    [Fact]
    public async Task ClientGone_WhileItsBodyArrives_MovesNothing()
    {
        await using var gateway = await StartAsync(Limits());
        using var client = await RawClient.SendAsync(
            gateway.Port,
            $"POST /v1/forward?u={Chat} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {TestAccounts.Token()}\r\n"
                + "Expect: 100-continue\r\nContent-Length: 500\r\n\r\n{");
        Assert.True(await client.ReceiveUntilAsync("100 Continue"));
        client.Reset();
        await Ledger.NothingHappenedAsync(gateway);
        Assert.Empty(gateway.Upstream.Received);
    }

    private static void AssertEstimated(UsageRecord record, string code)
    {
        // "hello world!" is 12 bytes: 3 tokens.
        Assert.Equal((code, UsageCertainty.Partial), (record.ErrorCode, record.Usage.Certainty));
        Assert.Equal(((Bodies.ChatStreamWithUsage.Length + 3) / 4, 3), (record.Usage.InputTokens, record.Usage.OutputTokens));
        Assert.Equal(Bodies.Hold(record.Usage.InputTokens, 3), record.Debit.Units);
    }

    // Only the limit that a test is about can pass: the others are out of reach.
    private GatewaySetup Limits(TimeSpan? firstByte = null, TimeSpan? idle = null, TimeSpan? total = null) => new()
    {
        Time = _time,
        Options = new GatewayOptions
        {
            FirstByteTimeout = firstByte ?? Never,
            IdleTimeout = idle ?? Never,
            TotalTimeout = total ?? Never,
            DrainTimeout = TimeSpan.FromSeconds(10),
        },
    };

    private Task SilentAsync(ScriptedExchange exchange)
    {
        _asked.SetResult();
        return _goOn.Task;
    }

    private async Task StallAsync(ScriptedExchange exchange)
    {
        await exchange.SendChunkedHeadAsync();
        await exchange.SendChunkAsync(Bodies.Text);
        await _goOn.Task;
    }
}
