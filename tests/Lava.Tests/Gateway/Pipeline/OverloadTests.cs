using System.IO.Compression;
using System.Net;
using System.Text;
using Lava.Gateway;
using Lava.Metering;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>More than there is room for: refused at once with a 503, or held back; never a growing queue.</summary>
public sealed class OverloadTests
{
    // What a short body takes: the smallest buffer.
    private const int BodyBytes = 16 * 1024;

    [Fact]
    public async Task Bodies_NoMemoryForAnother_Is503AtOnceAndTheOthersGoOn()
    {
        const int Room = 4;
        await using var gateway = await StartAsync(Bounded(Room * BodyBytes));
        var goOn = new TaskCompletionSource();
        using var asked = new SemaphoreSlim(0);
        gateway.Upstream.Script = async exchange =>
        {
            asked.Release();
            await goOn.Task;
            await exchange.SendJsonAsync(Bodies.Answer);
        };
        var admitted = Enumerable.Range(0, Room).Select(_ => gateway.PostAsync(Bodies.Chat)).ToArray();
        for (var i = 0; i < Room; i++)
        {
            Assert.True(await asked.WaitAsync(Patience));
        }

        using var refused = await gateway.PostAsync(Bodies.Chat);
        await AssertOverloadedAsync(refused);
        Assert.DoesNotContain(admitted, call => call.IsCompleted);

        goOn.SetResult();
        Assert.All(await Task.WhenAll(admitted), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        await gateway.EndedAsync(Room + 1);
        using var next = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        await gateway.EndedAsync();
        Assert.Equal(Room + 1, Ledger.AssertBalanced(gateway).Count);
    }

    [Theory]
    [InlineData(2 * BodyBytes, UsageCertainty.Exact)]
    [InlineData((2 * BodyBytes) - 1, UsageCertainty.Unknown)]
    public async Task CompressedAnswer_MemoryForItsCopy_DecidesHowSureItIs(int bytes, UsageCertainty certainty)
    {
        await using var gateway = await StartAsync(Bounded(bytes));

        // More than one buffer when compressed, less than two: the request's own has been given back by then.
        var noise = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(BodyBytes * 3 / 4));
        var compressed = Compress($"{Bodies.Answer[..^1]},\"noise\":\"{noise}\"}}");
        Assert.InRange(compressed.Length, BodyBytes + 1, 2 * BodyBytes);
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {compressed.Length}\r\n\r\n");
            await exchange.SendAsync(compressed);
        };

        // Each call has the memory that the one before gave back.
        for (var i = 0; i < 3; i++)
        {
            using var response = await gateway.PostAsync(Bodies.Chat);
            Assert.Equal(compressed, await response.Content.ReadAsByteArrayAsync());
            await gateway.EndedAsync();
        }

        var records = Ledger.AssertBalanced(gateway);
        Assert.Equal(3, records.Count);
        Assert.All(records, record => Assert.Equal(certainty, record.Usage.Certainty));
        Assert.All(records, record => Assert.True(record.Debit.Units > 0));
    }

    [Fact]
    public async Task Client_StopsReading_HoldsUpstreamBackAndIsEndedByTheTotalLimit()
    {
        const int Bytes = 64 * 1024 * 1024;
        var time = new ManualTime();
        await using var gateway = await StartAsync(new GatewaySetup
        {
            Time = time,
            Options = new GatewayOptions { TotalTimeout = TimeSpan.FromSeconds(200), DrainTimeout = TimeSpan.FromSeconds(1) },
        });
        var sent = new TaskCompletionSource<Task>();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync(Bodies.Text);
            var all = exchange.SendChunkAsync(new string('x', Bytes));
            sent.SetResult(all);
            await all;
        };
        using var client = await gateway.PostRawAsync(Bodies.ChatStreamWithUsage);
        Assert.True(await client.ReceiveUntilAsync("hello world!"));
        var sending = await sent.Task.WaitAsync(Patience);

        // Two hundred steps: long enough for every buffer between the two to be full.
        await time.AdvanceUntilAsync(gateway.EndedAsync(), TimeSpan.FromSeconds(1));

        Assert.False(sending.IsCompletedSuccessfully);
        var record = Assert.Single(Ledger.AssertBalanced(gateway));
        Assert.Equal(("downstream_aborted", UsageCertainty.Partial), (record.ErrorCode, record.Usage.Certainty));
        Assert.True(record.Debit.Units > 0);
    }

    [Theory]
    [InlineData(Bodies.ChatStreamWithUsage)]
    [InlineData(Bodies.ChatStream)]
    public async Task Stream_OneEventOfManyMegabytes_PassesWhole(string body)
    {
        var huge = Bodies.Text.Replace("hello", new string('x', 8 * 1024 * 1024), StringComparison.Ordinal);
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync(huge);
            await exchange.SendChunkAsync(Bodies.UsageChunk + Bodies.Done);
            await exchange.SendAsync("0\r\n\r\n");
        };
        using var response = await gateway.PostAsync(body);
        var received = await response.Content.ReadAsStringAsync();
        var asked = body == Bodies.ChatStreamWithUsage;
        Assert.True(received == huge + (asked ? Bodies.UsageChunk : "") + Bodies.Done, $"{received.Length} characters came.");
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
    }

    internal static async Task AssertOverloadedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.Contains("\"code\":\"overloaded\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static GatewaySetup Bounded(long bodies) => new() { Options = new GatewayOptions { BodiesInFlightBytes = bodies } };

    private static byte[] Compress(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
