using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>
/// No byte of a billable answer leaves before its reservation is on disk, and not its last ones before its settlement is. The journal's
/// disk is held up where the promise would break.
/// </summary>
public sealed class PromiseTests
{
    /// <summary>Target, request, the answer's content type, what goes before and what completes it.</summary>
    public static TheoryData<string, string, string, string, string> Streams => new()
    {
        { Chat, Bodies.ChatStreamWithUsage, "text/event-stream", Bodies.Text, Bodies.UsageChunk + Bodies.Done },
        { Chat, Bodies.ChatStream, "text/event-stream", Bodies.Text, Bodies.Done },
        { Chat, Bodies.Chat, "application/json", Bodies.Answer[..60], Bodies.Answer[60..] },
        {
            "https://api.anthropic.com/v1/messages", """{"model":"claude-haiku-4-5","max_tokens":9,"stream":true,"messages":[]}""",
            "text/event-stream", "event: ping\ndata: {\"type\":\"ping\"}\n\n", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
        },
        {
            "https://api.openai.com/v1/responses", """{"model":"gpt-4o-mini","stream":true,"max_output_tokens":9,"input":"x"}""",
            "text/event-stream", "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n",
            "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
        },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_ReservationNotDurable_NotAByteUntilItIs(bool chunked)
    {
        await using var gateway = await StartAsync();
        var answered = new TaskCompletionSource();
        gateway.Upstream.Script = async exchange =>
        {
            await (chunked ? AnswerChunkedAsync(exchange) : exchange.SendJsonAsync(Bodies.Answer));
            answered.SetResult();
        };
        var held = gateway.Disk.Hold();
        using var client = await gateway.PostRawAsync(Bodies.Chat, headers: "Connection: close\r\n");
        await held.WaitAsync(Patience);
        await answered.Task.WaitAsync(Patience);
        await gateway.RoundTripsAsync();
        Assert.True(client.IsSilent);

        gateway.Disk.Release();
        Assert.Contains(Bodies.Answer[^30..], await client.ReceiveAllAsync(), StringComparison.Ordinal);
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
    }

    [Fact]
    public async Task Answer_WithLengthAndSettlementNotDurable_LastBytesWait()
    {
        await using var gateway = await StartAsync();
        var rest = new TaskCompletionSource();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Bodies.Answer.Length}\r\n\r\n{Bodies.Answer[..60]}");
            await rest.Task;
            await exchange.SendAsync(Bodies.Answer[60..]);
        };
        using var client = await gateway.PostRawAsync(Bodies.Chat, headers: "Connection: close\r\n");
        Assert.True(await client.ReceiveUntilAsync(Bodies.Answer[..60]));
        var held = gateway.Disk.Hold();
        rest.SetResult();
        await held.WaitAsync(Patience);
        await gateway.RoundTripsAsync();
        Assert.True(client.IsSilent);
        Assert.NotEqual(Money.Zero, gateway.Wallet().Reserved);

        gateway.Disk.Release();
        Assert.EndsWith(Bodies.Answer, await client.ReceiveAllAsync(), StringComparison.Ordinal);
        await Ledger.SettledAsync(gateway);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Stream_SettlementNotDurable_LastEventAndTerminatorWait(
        string target, string body, string contentType, string first, string last)
    {
        await using var gateway = await StartAsync();
        var (rest, sent) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync(contentType);
            await exchange.SendChunkAsync(first);
            await rest.Task;
            await exchange.SendChunkAsync(last);
            await exchange.SendAsync("0\r\n\r\n");
            sent.SetResult();
        };
        using var client = await gateway.PostRawAsync(body, target: target, headers: "Connection: close\r\n");

        Assert.True(await client.ReceiveUntilAsync(first[..30]));
        var held = gateway.Disk.Hold();
        rest.SetResult();
        await held.WaitAsync(Patience);
        await sent.Task.WaitAsync(Patience);
        await gateway.RoundTripsAsync();
        Assert.True(client.IsSilent);

        gateway.Disk.Release();
        var received = await client.ReceiveAllAsync();
        Assert.Contains(last, received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n0\r\n\r\n", received, StringComparison.Ordinal);
        await Ledger.SettledAsync(gateway);
    }

    [Fact]
    public async Task Stream_WithoutTerminalEvent_TerminatorWaits()
    {
        await using var gateway = await StartAsync();
        var rest = new TaskCompletionSource();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync("data: {\"candidates\":[]}\n\n");
            await rest.Task;
            await exchange.SendAsync("0\r\n\r\n");
        };
        using var client = await gateway.PostRawAsync(
            "{}", target: "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
            headers: "Connection: close\r\n");
        Assert.True(await client.ReceiveUntilAsync("candidates"));
        var held = gateway.Disk.Hold();
        rest.SetResult();
        await held.WaitAsync(Patience);
        await gateway.RoundTripsAsync();
        Assert.True(client.IsSilent);
        Assert.DoesNotContain("\r\n0\r\n\r\n", client.Received, StringComparison.Ordinal);

        gateway.Disk.Release();
        Assert.EndsWith("\r\n0\r\n\r\n", await client.ReceiveAllAsync(), StringComparison.Ordinal);
        Assert.Equal(UsageCertainty.Partial, (await Ledger.SettledAsync(gateway)).Usage.Certainty);
    }

    [Fact]
    public async Task Stream_ReservationDurable_ChunksPassOneByOneWhileItRuns()
    {
        await using var gateway = await StartAsync();
        var next = new SemaphoreSlim(0);
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            for (var i = 0; i < 5; i++)
            {
                await next.WaitAsync();
                await exchange.SendChunkAsync($"data: {{\"choices\":[{{\"delta\":{{\"content\":\"part {i}\"}}}}]}}\n\n");
            }

            await exchange.SendChunkAsync(Bodies.UsageChunk + Bodies.Done);
            await exchange.SendAsync("0\r\n\r\n");
        };
        using var response = await gateway.PostAsync(Bodies.ChatStreamWithUsage);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        for (var i = 0; i < 5; i++)
        {
            next.Release();
            Assert.Contains($"part {i}", await reader.ReadLineAsync().WaitAsync(Patience), StringComparison.Ordinal);
            await reader.ReadLineAsync();
        }

        Assert.EndsWith(Bodies.Done, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        await Ledger.SettledAsync(gateway);
    }

    private static async Task AnswerChunkedAsync(ScriptedExchange exchange)
    {
        await exchange.SendChunkedHeadAsync("application/json");
        await exchange.SendChunkAsync(Bodies.Answer);
        await exchange.SendAsync("0\r\n\r\n");
    }
}
