using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Pricing;

/// <summary>A usage record to bytes on the hot path, and back in the flusher.</summary>
[MemoryDiagnoser]
public class RecordCodecBenchmark
{
    private readonly byte[] _bytes = new byte[UsageRecordCodec.SizeMax];
    private readonly UsageRecord _record = new()
    {
        Id = Ids.New(TimeProvider.System),
        RequestId = "req_01K3ABCDEFGHJKMNPQRSTVWXYZ",
        MerchantId = Ids.New(TimeProvider.System),
        CustomerId = Ids.New(TimeProvider.System),
        MeterId = Ids.New(TimeProvider.System),
        WalletId = 123_456,
        Status = RequestStatus.Completed,
        Billed = true,
        Provider = "openai",
        Model = "gpt-4o-mini-2024-07-18",
        Endpoint = "POST https://api.openai.com/v1/chat/completions",
        ResponseId = "chatcmpl-BxYzAbCdEfGhIjKlMnOpQrStUvWx",
        HttpStatus = 200,
        Streamed = true,
        Usage = PricingSamples.Usage,
        InputCost = new Money(2_700_000),
        OutputCost = new Money(2_100_000),
        Charge = new Money(5_760_000),
        Slices = [new ChargeSlice(0, Money.Parse("0.2"), 2_750, new Money(5_760_000))],
        Held = new Money(120_000_000),
        Debit = new Money(5_760_000),
        UnitsBefore = 1_000_000,
        Units = 2_750,
        CycleStart = new DateOnly(2026, 8, 1),
        PriceVersion = 20_260_821,
        CreatedAtMicros = 1_787_000_000_000_000,
        CompletedAtMicros = 1_787_000_001_000_000,
        TimeToFirstByteMicros = 300_000,
        AddedMicros = 90,
    };

    private int _length;

    [GlobalSetup]
    public void Setup()
    {
        _length = UsageRecordCodec.Encode(_record, _bytes);
        Console.WriteLine($"// {_length} bytes");
    }

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public int Encode() => UsageRecordCodec.Encode(_record, _bytes);

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public UsageRecord Decode() => UsageRecordCodec.Decode(_bytes.AsSpan(0, _length));
}
