using Lava.Core;
using Lava.Gateway;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Testing.Gateway;
using Lava.Wallets.Journal;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>What the journal hears of a long stream; and that its end knows nothing of it.</summary>
public sealed class ProgressTests
{
    private const string Anthropic = "https://api.anthropic.com/v1/messages";
    private const string AnthropicBody =
        """{"model":"claude-haiku-4-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"hello"}]}""";

    // A million tokens of input, at 1 dollar, that nobody could know of before.
    private const string Surprise =
        """data: {"type":"message_start","message":{"id":"hello","model":"claude-haiku-4-5","usage":{"input_tokens":1000000}}}""" + "\n\n";

    private const string NoText = """data: {"choices":[{"delta":{"role":"hello"}}]}""" + "\n\n";
    private static readonly TimeSpan Interval = GatewayLimits.ProgressInterval;

    /// <summary>Untouched, filtered, compressed; ended, cut.</summary>
    public static TheoryData<string, bool, bool> Streams => new()
    {
        { Bodies.ChatStreamWithUsage, false, false },
        { Bodies.ChatStreamWithUsage, false, true },
        { Bodies.ChatStream, false, false },
        { Bodies.ChatStream, false, true },
        { Bodies.ChatStreamWithUsage, true, false },
        { Bodies.ChatStreamWithUsage, true, true },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Settlement_AfterProgress_IsTheSameAsWithout(string body, bool compressed, bool cut)
    {
        var without = await RunAsync(new SteppedStream { Compressed = compressed, Cut = cut }, body, TimeSpan.FromDays(1));
        var with = await RunAsync(new SteppedStream { Compressed = compressed, Cut = cut }, body, Interval);

        Assert.Empty(without.Progress);
        Assert.Equal(SteppedStream.Parts - 1, with.Progress.Count);
        AssertSame(Assert.Single(without.Records), Assert.Single(with.Records), but: []);
        Assert.All(with.Progress, progress =>
        {
            Assert.Equal(with.Reserves[0].HoldId, progress.Entry.HoldId);
            Assert.Equal((progress.Record.Held, progress.Record.Debit), (progress.Entry.Held, progress.Entry.Debit));
            Assert.Equal((RequestStatus.Completed, UsageCertainty.Partial), (progress.Record.Status, progress.Record.Usage.Certainty));
            Assert.True(progress.Entry.Debit > Money.Zero);
        });
    }

    [Theory]
    [InlineData(Bodies.ChatStreamWithUsage)]
    [InlineData(Bodies.ChatStream)]
    public async Task Progress_OfAStream_SaysWhatACutThereIsCharged(string body)
    {
        // The last part has no text: whether the last PROGRESS saw it makes no difference.
        var books = await RunAsync(new SteppedStream { Last = NoText, Cut = true }, body, Interval, extra: true);
        var (entry, record) = books.Progress[^1];
        Assert.Equal(books.Settles.Single().Entry with { Type = JournalRecordType.Progress }, entry);
        AssertSame(books.Records.Single(), record, but: [nameof(UsageRecord.ErrorCode)]);
    }

    [Fact]
    public async Task Progress_LessThanAnIntervalSinceTheReservation_IsNotWritten()
    {
        var books = await RunAsync(
            new SteppedStream(), Bodies.ChatStreamWithUsage, Interval, (Interval / (SteppedStream.Parts - 1)) - TimeSpan.FromTicks(1));
        Assert.Empty(books.Progress);
    }

    [Fact]
    public async Task Progress_StreamBeginsLate_IsWrittenAtItsFirstBytes()
    {
        var stream = new SteppedStream();
        await using var gateway = await StartAsync(stream.Setup());
        gateway.Upstream.Script = exchange =>
        {
            stream.Time.Advance(Interval);
            return stream.SendAsync(exchange);
        };
        using var client = await gateway.PostRawAsync(Bodies.ChatStreamWithUsage, headers: "Connection: close\r\n");
        await stream.ReceiveAsync(client, TimeSpan.Zero);
        await stream.EndAsync(client);
        await Ledger.SettledAsync(gateway);
        Assert.Single(gateway.Books().Progress);
    }

    [Theory]
    [InlineData(Chat, "500 Internal Server Error", "text/event-stream", true)]
    [InlineData("https://api.openai.com/v1/moderations", "200 OK", "text/event-stream", true)]
    [InlineData(Chat, "200 OK", "application/json", false)]
    public async Task Progress_ErrorOrFreeOrInOnePiece_IsNotWritten(string target, string status, string contentType, bool slow)
    {
        string[] parts = [Bodies.Answer[..20], Bodies.Answer[20..60], Bodies.Answer[60..]];
        var (time, next) = (new SteppedStream(), new SemaphoreSlim(0));
        await using var gateway = await StartAsync(time.Setup());
        gateway.Upstream.Script = async exchange =>
        {
            time.Time.Advance(10 * Interval);
            await exchange.SendAsync($"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (var part in parts)
            {
                await exchange.SendChunkAsync(part);
                await next.WaitAsync();
            }

            await exchange.SendAsync("0\r\n\r\n");
        };
        using var client = await gateway.PostRawAsync(Bodies.Chat, target: target, headers: "Connection: close\r\n");
        foreach (var part in parts)
        {
            Assert.True(await client.ReceiveUntilAsync(part));
            time.Time.Advance(slow ? 2 * Interval : TimeSpan.Zero);
            next.Release();
        }

        await client.ReceiveAllAsync();
        await Ledger.SettledAsync(gateway);
        Assert.Empty(gateway.Books().Progress);
    }

    [Fact]
    public async Task Progress_ClientGone_IsWrittenWhileDraining()
    {
        var stream = new SteppedStream();
        await using var gateway = await StartAsync(stream.Setup());
        gateway.Upstream.Script = stream.SendAsync;
        using var client = await gateway.PostRawAsync(Bodies.ChatStreamWithUsage);
        Assert.True(await client.ReceiveUntilAsync("part0"));
        client.Reset();
        await gateway.ClientGone;

        // The part after it left is still flushed, in vain; the drain reads the others.
        for (var i = 1; i < SteppedStream.Parts; i++)
        {
            stream.Time.Advance(Interval);
            stream.Next();
            await ProgressAsync(gateway, i);
        }

        stream.Next(2);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(("downstream_aborted", UsageCertainty.Exact), (record.ErrorCode, record.Usage.Certainty));
        Assert.Equal(SteppedStream.Parts - 1, gateway.Books().Progress.Count);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(1, false)]
    public async Task Hold_UsageBeyondIt_GrowsIfTheWalletHasIt(int dollars, bool grows)
    {
        var stream = new SteppedStream { Part = Surprise };
        await using var gateway = await StartAsync(stream.Setup() with { Credit = Money.FromDollars(dollars) });
        gateway.Upstream.Script = stream.SendAsync;
        using var client = await gateway.PostRawAsync(AnthropicBody, target: Anthropic, headers: "Connection: close\r\n");
        await stream.ReceiveAsync(client);
        await ProgressAsync(gateway, SteppedStream.Parts - 1);
        var reserved = gateway.Wallet().Reserved;
        await stream.EndAsync(client);
        await gateway.EndedAsync();

        var record = Assert.Single(Ledger.AssertBalanced(gateway, Money.FromDollars(dollars)));
        var books = gateway.Books();
        Assert.True(record.Debit >= Money.Parse("1.2"));
        Assert.All(books.Progress, progress => Assert.Equal(reserved, progress.Entry.Held));
        Assert.Equal(reserved, record.Held);
        Assert.Equal(grows ? record.Debit : books.Reserves[0].Held, reserved);
        Assert.Equal(grows, reserved > books.Reserves[0].Held);
    }

    [Fact]
    public async Task Progress_JournalNearlyFull_IsLeftOutAndTheStreamGoesOn()
    {
        var stream = new SteppedStream { Part = Surprise };
        await using var gateway = await StartAsync(
            stream.Setup() with { Journal = options => options with { RingBytes = 64 * 1024 } });
        gateway.Upstream.Script = stream.SendAsync;
        using var client = await gateway.PostRawAsync(AnthropicBody, target: Anthropic, headers: "Connection: close\r\n");
        Assert.True(await client.ReceiveUntilAsync("part0"));
        var held = gateway.Wallet().Reserved;
        _ = gateway.Disk.Hold();
        var other = new JournalEntry(JournalRecordType.Progress, Guid.Empty, TestAccounts.FirstWallet, Money.Zero, Money.Zero);
        var payload = new byte[UsageRecordCodec.SizeMax];
        var length = UsageRecordCodec.Encode(new UsageRecord(), payload);
        while (gateway.Journal.TryAppend(other, payload.AsSpan(0, length), out _))
        {
        }

        await stream.ReceiveAsync(client);

        Assert.Equal(held, gateway.Wallet().Reserved);
        Assert.Equal(0, gateway.Metrics.Progress);
        gateway.Disk.Release();
        await stream.EndAsync(client);
        Assert.Equal(held, (await Ledger.SettledAsync(gateway)).Held);
    }

    [Fact]
    public async Task Progress_MeterWithTiers_PricesFromWhereTheCustomerStandsAndMovesNothing()
    {
        var meter = TestAccounts.Meter(200, "tiers", RateType.Fixed, TierType.Tokens1M, "300") with
        {
            Tiers = [new MeterTier(0, Money.Parse("300")), new MeterTier(25, Money.Parse("100"))],
        };
        var stream = new SteppedStream();
        await using var gateway = await StartAsync(stream.Setup() with { Meters = [meter] });
        gateway.Upstream.Script = stream.SendAsync;
        for (var call = 0; call < 2; call++)
        {
            using var client = await gateway.PostRawAsync(
                Bodies.ChatStreamWithUsage, TestAccounts.Token(meter: "tiers"), headers: "Connection: close\r\n");
            await stream.ReceiveAsync(client);
            await stream.EndAsync(client);
            await gateway.EndedAsync();
        }

        var books = gateway.Books();
        var records = Ledger.AssertBalanced(gateway);
        Assert.Equal([(0L, 30L), (30L, 30L)], records.Select(record => (record.UnitsBefore, record.Units)));
        Assert.Equal([0L, 0L, 0L, 30L, 30L, 30L], books.Progress.Select(progress => progress.Record.UnitsBefore));
        Assert.All(books.Progress, progress =>
        {
            var record = progress.Record;
            var charge = ChargeCalculator.Charge(meter, record.Usage, record.Cost, record.UnitsBefore);
            Assert.Equal((charge.Amount, charge.Units), (record.Charge, record.Units));
            Assert.Equal(charge.Slices, record.Slices);
        });
        Assert.Equal(2, books.Progress[2].Record.Slices.Length);
    }

    private static async Task<JournalBooks> RunAsync(
        SteppedStream stream, string body, TimeSpan interval, TimeSpan? step = null, bool extra = false)
    {
        await using var gateway = await StartAsync(stream.Setup(interval));
        gateway.Upstream.Script = stream.SendAsync;
        using var client = await gateway.PostRawAsync(body, headers: "Connection: close\r\n");
        await stream.ReceiveAsync(client, step);
        if (extra)
        {
            stream.Time.Advance(interval);
            stream.Next();
            await ProgressAsync(gateway, SteppedStream.Parts);
        }

        await stream.EndAsync(client);
        await Ledger.SettledAsync(gateway);
        return gateway.Books();
    }

    private static async Task ProgressAsync(GatewayHarness gateway, int records)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (gateway.Metrics.Progress < records)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static void AssertSame(UsageRecord expected, UsageRecord actual, string[] but)
    {
        string[] own = [nameof(UsageRecord.Id), nameof(UsageRecord.RequestId), nameof(UsageRecord.AddedMicros), .. but];
        Assert.All(
            typeof(UsageRecord).GetProperties().Where(property => !own.Contains(property.Name)),
            property => Assert.Equal(property.GetValue(expected), property.GetValue(actual)));
    }
}
