using System.Text;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Limits;
using Lava.Gateway.Routing;
using Lava.Gateway.Upstreams;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;
using Lava.Testing.Loopback;
using Lava.Tests.Gateway.Limits;
using Lava.Tests.Metering.Scanning;
using Lava.Tests.Wallets.Journal;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests;

/// <summary>
/// Bytes allocated per operation, against <c>bench/AllocationBudget.json</c>. Everything that runs at the same time would count in the
/// figures of the whole process: this collection runs alone, and the least of several rounds counts.
/// </summary>
[Collection(AllocationCollection.Name)]
public sealed class AllocationBudgetTests : IDisposable
{
    private const int Rounds = 5;

    // On a busy machine optimised code comes late: until then state machines are objects.
    private const int LateRounds = 40;
    private const int Operations = 2_000;
    private const int Calls = 1_000;
    private const int Chunks = 1_000;
    private const int ProgressSlack = 8;
    private const int Contenders = 8;

    private static readonly IReadOnlyDictionary<string, long> Budget = JsonSerializer.Deserialize<Dictionary<string, long>>(
        File.ReadAllText(Path.Combine(SourceTree.Root, "bench", "AllocationBudget.json")))!;

    private static readonly string[] InTheProcess =
    [
        "reserveSettleContended", "journalAppend", "proxiedJsonCall", "proxiedJsonCallInMemory", "proxiedStreamChunk",
        "proxiedFilteredStreamChunk",
    ];

    private static readonly Money Cost = new(1_000_000);

    private static readonly Usage Usage = new()
    {
        InputTokens = 2_400,
        CachedInputTokens = 1_200,
        OutputTokens = 350,
        Certainty = UsageCertainty.Exact,
    };

    private readonly PriceBook _prices = PriceCatalog.Shipped().On(new DateOnly(2026, 8, 21));
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lava-allocation-");

    public static TheoryData<string> OnThisThread =>
    [
        "tokenResolve", "spendKeyResolve", "modelRoute", "targetSeenBefore", "requestPeek", "sseScan", "jsonScan", "eventStreamScan",
        "priceLookup", "cost", "charge", "chargeOverTiers", "chargeOverTiersAgain", "reserveSettle", "recordEncode", "limitHold",
    ];

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Budget_EveryEntry_IsMeasured() =>
        Assert.Equal(
            Budget.Keys.Order(StringComparer.Ordinal),
            ((IEnumerable<object[]>)OnThisThread).Select(row => (string)row[0]).Concat(InTheProcess).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(OnThisThread))]
    public void Operation_SteadyState_WithinBudget(string name)
    {
        using var wallets = new WalletStore(1_000);
        wallets.Open(1, Money.FromDollars(100), Money.Zero);
        var operation = Operation(name, wallets);

        var least = Least(() => Repeat(operation), static () => GC.GetAllocatedBytesForCurrentThread());

        Assert.True(least <= Budget[name] * Operations, $"{name}: {least / (double)Operations:F1} B, budget {Budget[name]} B.");
    }

    [Fact]
    public void ReserveSettle_ManyThreadsOneWallet_WithinBudget()
    {
        using var wallets = new WalletStore(1);
        wallets.Open(1, Money.FromDollars(100), Money.Zero);
        var operation = Operation("reserveSettle", wallets);
        var least = new long[Contenders];
        using var start = new Barrier(Contenders);

        var threads = Enumerable.Range(0, Contenders).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            least[i] = Least(() => Repeat(operation), static () => GC.GetAllocatedBytesForCurrentThread());
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        AssertWithin("reserveSettleContended", least.Max() / (double)Operations);
    }

    [Fact]
    public async Task JournalAppend_SteadyState_WithinBudget()
    {
        // Synced, a round takes seconds on a slow disk, in which the runtime's own timers allocate more than is allowed here.
        await using var journal = JournalWriter.Open(
            new JournalOptions { Directory = _directory.FullName }, RecoveryResult.Empty(), static _ => { },
            new FaultyDisk { SkipsSync = true });
        var payload = new byte[200];

        var least = await LeastAsync(async () =>
        {
            var entry = new JournalEntry(JournalRecordType.Settle, Guid.Empty, 1, Money.Zero, new Money(1));
            for (var i = 0; i < Operations; i++)
            {
                Assert.True(journal.TryAppend(entry, payload, out var ticket));
                await journal.WaitDurableAsync(ticket);
            }
        }, Budget["journalAppend"] * Operations);

        AssertWithin("journalAppend", least / (double)Operations);
    }

#if DEBUG
    [Theory(Skip = "Unoptimised state machines are objects: the budget is that of a Release build.")]
#else
    [Theory]
#endif
    [InlineData("proxiedJsonCall", false)]
    [InlineData("proxiedJsonCallInMemory", true)]
    public async Task ProxiedJsonCall_SteadyState_WithinBudget(string name, bool inMemory)
    {
        await using var gateway = await (inMemory ? LoopbackGateway.StartInMemoryAsync() : LoopbackGateway.StartAsync());
        using var client = gateway.Connect();
        var request = LoopbackMessages.JsonRequest(gateway.Token);

        var least = Least(() => Call(client, request), static () => GC.GetTotalAllocatedBytes(precise: true), Budget[name] * Calls);

        Assert.True(gateway.Spent > Money.Zero, "Nothing was charged: these were no calls.");
        AssertWithin(name, least / (double)Calls);
    }

#if DEBUG
    [Theory(Skip = "Unoptimised state machines are objects: the budget is that of a Release build.")]
#else
    [Theory]
#endif
    [InlineData("proxiedStreamChunk", true, false)]
    [InlineData("proxiedStreamChunk", true, true)]
    [InlineData("proxiedFilteredStreamChunk", false, false)]
    public async Task ProxiedStreamChunk_SteadyState_WithinBudget(string name, bool usageAsked, bool progress)
    {
        // A PROGRESS with every chunk, or with none: it costs no allocation.
        await using var gateway = await LoopbackGateway.StartAsync(progress ? TimeSpan.Zero : null);
        using var client = gateway.Connect();
        var request = LoopbackMessages.StreamRequest(gateway.Token, usageAsked);

        // A long stream without a short one is its chunks alone: head, settlement and end are in both. The journal's thread works along:
        // its own figure has some play, too (an object would be three times as large).
        var (longest, shortest, bytes) = (long.MaxValue, long.MaxValue, double.MaxValue);
        for (var i = 0; i < LateRounds && bytes > Budget[name]; i++)
        {
            longest = Math.Min(longest, Allocated(() => Stream(gateway, client, request, 2 * Chunks)));
            shortest = Math.Min(shortest, Allocated(() => Stream(gateway, client, request, Chunks)));
            bytes = i < Rounds ? double.MaxValue : ((longest - shortest) / (double)Chunks) - (progress ? ProgressSlack : 0);
        }

        Assert.True(gateway.Spent > Money.Zero, "Nothing was charged: these were no calls.");
        Assert.Equal(progress, gateway.Metrics.Progress > Chunks);

        AssertWithin(name, bytes);
    }

    private Action Operation(string name, WalletStore wallets)
    {
        var price = _prices.TryFind("openai", "gpt-5.4"u8, out var found) ? found : throw new InvalidOperationException("No price.");
        var oneTier = Meter("0.20");
        var tiers = Meter("0.50", "0.30", "0.20");
        var slices = new ChargeSlice[tiers.Tiers.Length];
        var record = new UsageRecord
        {
            RequestId = "req_01K3ABCDEFGHJKMNPQRSTVWXYZ",
            Provider = "openai",
            Model = "gpt-5.4",
            Usage = Usage,
            Slices = [default],
        };
        var bytes = new byte[UsageRecordCodec.SizeMax];
        var scanner = new ResponseScanner();
        var stream = Fixture("chat-stream.sse");
        var frames = EventStreamMessages.Parse(Encoding.UTF8.GetString(Fixture("bedrock-converse-stream.frames")));
        var answer = Fixture("chat.json");
        var body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"model\":\"gpt-5.4\",\"max_tokens\":5}"u8.ToArray();
        return name switch
        {
            "requestPeek" => () => RequestPeek.Peek(body, ApiFormat.OpenAiChat, out _),
            "sseScan" => () => Scan(scanner, stream, ApiFormat.OpenAiChat, ResponseFraming.Sse),
            "jsonScan" => () => Scan(scanner, answer, ApiFormat.OpenAiChat, ResponseFraming.Json),
            "eventStreamScan" => () => Scan(scanner, frames, ApiFormat.BedrockConverse, ResponseFraming.EventStream),
            "priceLookup" => () => _prices.TryFind("openai", "gpt-4o-mini-2024-07-18"u8, out _),
            "cost" => () => CostCalculator.Cost(Usage, price),
            "charge" => () => ChargeCalculator.Charge(oneTier, Usage, Cost, 5_000),
            "chargeOverTiers" => () => Assert.True(ChargeCalculator.Charge(tiers, Usage, Cost, 0).Slices.Length == slices.Length),
            "chargeOverTiersAgain" => () => Assert.True(ChargeCalculator.TryCharge(tiers, Usage, Cost, 0, slices, out _)),
            "recordEncode" => () => UsageRecordCodec.Encode(record, bytes),
            "reserveSettle" => () =>
            {
                wallets.Reserve(1, new Money(1_000), out _);
                wallets.Settle(1, new Money(1_000), Money.Zero, out _);
            }
            ,
            "tokenResolve" => Resolve(),
            "spendKeyResolve" => ResolveSpendKey(),
            "modelRoute" => Route(_prices),
            "targetSeenBefore" => Parse(),
            "limitHold" => HoldAndSettle(),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not measured."),
        };
    }

    private static Action Resolve()
    {
        var caller = new LoopbackCaller();
        return () => Assert.True(caller.Resolve());
    }

    private static Action HoldAndSettle()
    {
        var limits = new LimitCounters();
        UsageLimit[] all = [.. Enum.GetValues<LimitCycle>().Select(cycle =>
            new UsageLimit(LimitUnit.Tokens, cycle, 1_000_000, LimitScope.Customer))];
        var call = LimitCountersTests.Call(all, key: all);
        return () =>
        {
            Assert.True(limits.Hold(call, new LimitUse(1, 1_000, 5)) is null);
            limits.Settle(call);
        };
    }

    private static Action ResolveSpendKey()
    {
        var caller = new LoopbackCaller();
        return () => Assert.True(caller.ResolveSpendKey());
    }

    private static Action Route(PriceBook prices)
    {
        var router = new ModelRouter(new TargetParser(ProviderCatalog.Default, UpstreamOverrides.None));
        return () => Assert.True(router.Find(DirectRoute.Chat, "openai/gpt-4o-mini"u8, prices).Length == 1);
    }

    private static Action Parse()
    {
        const string query = "?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fchat%2Fcompletions";
        var parser = new TargetParser(ProviderCatalog.Default, UpstreamOverrides.None);
        return () => Assert.True(parser.Parse("POST", "", query, out _) == TargetOutcome.Ok);
    }

    private static Meter Meter(params string[] rates) => new()
    {
        Id = Guid.Empty,
        MerchantId = Guid.Empty,
        Slug = "chat",
        RateType = RateType.Percentage,
        TierType = TierType.Tokens1M,
        BaseCostPayer = BaseCostPayer.Wallet,
        Tiers = [.. rates.Select((rate, i) => new MeterTier(i * 1_000, Money.Parse(rate)))],
    };

    private static void Scan(ResponseScanner scanner, byte[] body, ApiFormat format, ResponseFraming framing)
    {
        scanner.Reset(format, framing);
        scanner.Scan(body);
        scanner.EndOfBody();
        Assert.True(scanner.Usage.OutputTokens > 0, "Nothing was found: it was not read to its end.");
    }

    private static void Repeat(Action operation)
    {
        for (var i = 0; i < Operations; i++)
        {
            operation();
        }
    }

    private static void Call(LoopbackConnection client, byte[] request)
    {
        for (var i = 0; i < Calls; i++)
        {
            client.Send(request);
            Assert.True(client.TryReceive(out _));
        }
    }

    // One event is under way at a time: events that come together would be one read, and cheaper than they are.
    private static void Stream(LoopbackGateway gateway, LoopbackConnection client, byte[] request, int chunks)
    {
        gateway.Provider.Chunks = chunks;
        client.Send(request);
        for (var i = 0; i < chunks; i++)
        {
            gateway.Provider.Next();
            Assert.True(client.TryReceiveUntil(LoopbackMessages.EventMark));
        }

        Assert.True(client.TryReceiveUntil(LoopbackMessages.EndMark));
    }

    private static long Allocated(Action round)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        round();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    /// <summary>The first round warms up.</summary>
    private static long Least(Action round, Func<long> allocated, long enough = long.MaxValue)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < Rounds || (i < LateRounds && least > enough); i++)
        {
            var before = allocated();
            round();
            least = Math.Min(least, allocated() - before);
        }

        return least;
    }

    private static async Task<long> LeastAsync(Func<Task> round, long enough)
    {
        await round();
        var least = long.MaxValue;
        for (var i = 0; i < Rounds || (i < LateRounds && least >= enough + Operations); i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await round();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    // The runtime's own timers and the round's task are in the figures of the process: less than a byte per operation.
    private static void AssertWithin(string name, double bytes) =>
        Assert.True(bytes < Budget[name] + 1, $"{name}: {bytes:F1} B, budget {Budget[name]} B.");

    private static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Combine(SourceTree.Root, "tests/Lava.Tests/Metering/Scanning/Fixtures", name));
}
