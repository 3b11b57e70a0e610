using System.Buffers;
using System.Reflection;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering;

public sealed class UsageRecordCodecTests
{
    private static readonly JsonSerializerOptions Fields = new() { IncludeFields = true };

    [Fact]
    public void Decode_EncodedRecord_HasEveryField()
    {
        Assert.Equal(Text(Full()), Text(UsageRecordCodec.Decode(Encode(Full()))));
        Assert.Equal(Text(new UsageRecord()), Text(UsageRecordCodec.Decode(Encode(new UsageRecord()))));
    }

    [Fact]
    public void Full_EveryProperty_DiffersFromAnEmptyRecord()
    {
        // So that the round trip above can't pass over a field that the codec forgets.
        var (full, empty) = (Full(), new UsageRecord());
        foreach (var property in typeof(UsageRecord).GetProperties())
        {
            Assert.NotEqual(property.GetValue(empty), property.GetValue(full));
        }

        foreach (var field in typeof(Usage).GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            Assert.NotEqual(field.GetValue(new Usage()), field.GetValue(full.Usage));
        }
    }

    [Fact]
    public void Decode_BytesOfTheFirstVersion_ReadsThem()
    {
        // A record that an earlier build wrote: journals outlive builds.
        var path = Path.Combine(AppContext.BaseDirectory, "Metering", "Fixtures", "usage-record-1.hex");
        var stored = Convert.FromHexString(File.ReadAllText(path).Trim());
        Assert.Equal(Text(First()), Text(UsageRecordCodec.Decode(stored)));
        Assert.Equal(stored, Encode(First()));
    }

    [Fact]
    public void Decode_CutAnywhere_IsInvalidData()
    {
        var bytes = Encode(Full());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => UsageRecordCodec.Decode(bytes.AsSpan(0, length)));
        }

        Assert.Throws<InvalidDataException>(() => UsageRecordCodec.Decode([.. bytes, 0]));
    }

    [Fact]
    public void Decode_AnyByteChanged_IsInvalidDataOrARecordThatEncodesToThoseBytes()
    {
        var bytes = Encode(Full());
        var random = new Random(3);
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var round = 0; round < 20; round++)
            {
                var damaged = (byte[])bytes.Clone();
                damaged[i] = (byte)random.Next(256);
                if (TryDecode(damaged) is { } record)
                {
                    Assert.Equal(damaged, Encode(record));
                }
            }
        }
    }

    [Fact]
    public void Decode_RandomBytes_IsInvalidDataOrARecord()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
            {
                bytes[0] = 1;
            }

            _ = TryDecode(bytes);
        }
    }

    [Fact]
    public void Decode_OtherVersion_IsInvalidData()
    {
        var bytes = Encode(Full());
        bytes[0] = 2;
        Assert.Contains("version 2", Assert.Throws<InvalidDataException>(() => UsageRecordCodec.Decode(bytes)).Message);
    }

    [Fact]
    public void Encode_LongNames_CutsThemAtAWholeCharacter()
    {
        var record = Full();
        record.Model = "x" + new string('é', 500);
        record.Endpoint = new string('e', UsageRecordCodec.EndpointBytesMax + 1);
        var decoded = UsageRecordCodec.Decode(Encode(record));
        Assert.Equal("x" + new string('é', 127), decoded.Model);
        Assert.Equal(UsageRecordCodec.EndpointBytesMax, decoded.Endpoint.Length);
    }

    [Fact]
    public void Encode_HalfASurrogate_IsReplaced()
    {
        var record = Full();
        record.Metadata = "{\"a\":\"\ud800\"}";
        Assert.Equal("{\"a\":\"\ufffd\"}", UsageRecordCodec.Decode(Encode(record)).Metadata);
    }

    [Fact]
    public void Encode_TextsAtTheirLimits_FitsTheMaxSize()
    {
        var record = Full();
        record.RequestId = new string('r', UsageRecordCodec.RequestIdBytesMax);
        record.Metadata = new string('m', UsageRecordCodec.MetadataBytesMax);
        record.Provider = record.Model = record.ResponseId = record.ErrorCode = new string('n', UsageRecordCodec.NameBytesMax);
        record.Endpoint = new string('e', UsageRecordCodec.EndpointBytesMax);
        var slice = new ChargeSlice(long.MaxValue, new Money(long.MinValue), long.MaxValue, Money.MaxValue);
        record.Slices = [.. Enumerable.Repeat(slice, MeterRules.TiersMax)];
        record.InputCost = record.Charge = record.Held = record.Debit = Money.MaxValue;
        record.OutputCost = Money.Zero;
        record.UnitsBefore = record.Units = record.WalletId = record.TimeToFirstByteMicros = record.AddedMicros = long.MaxValue;
        Assert.Equal(UsageRecordCodec.SizeMax, UsageRecordCodec.MaxSize(record));
        Assert.Equal(Text(record), Text(UsageRecordCodec.Decode(Encode(record))));
    }

    [Fact]
    public void Encode_BeyondTheDoorsLimits_Throws()
    {
        var bytes = new byte[UsageRecordCodec.SizeMax];
        Assert.Throws<ArgumentException>(() => UsageRecordCodec.Encode(new UsageRecord { RequestId = new string('r', 1_025) }, bytes));
        Assert.Throws<ArgumentException>(() => UsageRecordCodec.Encode(new UsageRecord { Metadata = new string('m', 16_385) }, bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => UsageRecordCodec.Encode(new UsageRecord { Units = -1 }, bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => UsageRecordCodec.Encode(new UsageRecord { Slices = new ChargeSlice[51] }, bytes));
    }

    [Fact]
    public void Encode_ClockSteppedBack_IsNoDuration()
    {
        var record = Full();
        record.AddedMicros = -5;
        Assert.Equal(0, UsageRecordCodec.Decode(Encode(record)).AddedMicros);
    }

    [Fact]
    public void Encode_BufferWriter_WritesTheSame()
    {
        var writer = new ArrayBufferWriter<byte>();
        UsageRecordCodec.Encode(Full(), writer);
        Assert.Equal(Encode(Full()), writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Encode_Repeated_AllocatesNothing()
    {
        var record = Full();
        var bytes = new byte[UsageRecordCodec.SizeMax];
        Assert.Equal(0, Allocations.Least(() =>
        {
            UsageRecordCodec.Encode(record, bytes);
            _ = UsageRecordCodec.MaxSize(record);
        }));
    }

    private static byte[] Encode(UsageRecord record)
    {
        var bytes = new byte[UsageRecordCodec.MaxSize(record)];
        return bytes[..UsageRecordCodec.Encode(record, bytes)];
    }

    private static UsageRecord? TryDecode(byte[] bytes)
    {
        try
        {
            return UsageRecordCodec.Decode(bytes);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static string Text(UsageRecord record) => JsonSerializer.Serialize(record, Fields);

    // As records were before they told tier, region, reason and models.
    private static UsageRecord First()
    {
        var record = Full();
        record.ServiceTier = default;
        record.IsRegional = false;
        record.Job = default;
        record.ByModel = [];
        record.SpendKeyId = null;
        record.Usage = FullUsage() with { Reason = default, CachedAudioInputTokens = 0, ProviderMicrounits = 0 };
        return record;
    }

    private static UsageRecord Full() => new()
    {
        Id = Guid.Parse("0198c9f0-0000-7000-8000-000000000001"),
        RequestId = "req_01K3",
        MerchantId = Guid.Parse("0198c9f0-0000-7000-8000-000000000002"),
        CustomerId = Guid.Parse("0198c9f0-0000-7000-8000-000000000003"),
        MeterId = Guid.Parse("0198c9f0-0000-7000-8000-000000000004"),
        SpendKeyId = Guid.Parse("0198c9f0-0000-7000-8000-000000000005"),
        WalletId = 42,
        Status = RequestStatus.Completed,
        Billed = true,
        Reported = true,
        Provider = "openai",
        ProviderKeyType = ProviderKeyType.Stored,
        Model = "gpt-4o-mini",
        Endpoint = "POST https://api.openai.com/v1/chat/completions",
        ResponseId = "chatcmpl-1",
        HttpStatus = 200,
        Streamed = true,
        ErrorCode = "downstream_aborted",
        Usage = FullUsage(),
        ByModel =
        [
            new ModelUsage("claude-a", new Usage { InputTokens = 1, OutputTokens = 2, Certainty = UsageCertainty.Exact }),
            new ModelUsage("claude-b", new Usage { InputTokens = 3, OutputTokens = 4, Certainty = UsageCertainty.Partial }),
        ],
        ServiceTier = ServiceTier.Priority,
        IsRegional = true,
        Job = JobState.Succeeded,
        InputCost = new Money(169_000_000),
        OutputCost = new Money(412_000_000),
        Charge = new Money(697_200_000),
        RateType = RateType.Percentage,
        TierType = TierType.Minutes,
        Slices = [new ChargeSlice(0, new Money(1), 2, new Money(3)), new ChargeSlice(1_000_000, new Money(4), 5, new Money(-6))],
        Held = new Money(1_000_000_000),
        Debit = new Money(697_200_000),
        UnitsBefore = 12,
        Units = 1_257,
        CycleStart = new DateOnly(2026, 8, 1),
        PriceVersion = 20_260_821,
        Metadata = "{\"user\":\"Zoë\"}",
        Fingerprint = new UInt128(1, 2),
        CreatedAtMicros = 1_787_000_000_000_000,
        CompletedAtMicros = 1_787_000_001_000_000,
        TimeToFirstByteMicros = 300_000,
        AddedMicros = 90,
    };

    private static Usage FullUsage() => new()
    {
        InputTokens = 845,
        OutputTokens = 412,
        CachedInputTokens = 1,
        CacheWriteInputTokens = 2,
        CacheWrite1hInputTokens = 3,
        ReasoningOutputTokens = 4,
        AudioInputTokens = 5,
        AudioOutputTokens = 6,
        ImageInputTokens = 7,
        ImageOutputTokens = 8,
        Images = 9,
        WebSearches = 10,
        Pages = 11,
        InputCharacters = 12,
        OutputCharacters = 13,
        InputMicroseconds = 14,
        OutputMicroseconds = Usage.MaxCount,
        CachedAudioInputTokens = 15,
        ProviderMicrounits = 16,
        Reason = UsageReason.Cut,
        ProviderCost = new Money(581_000_000),
        Certainty = UsageCertainty.Exact,
    };
}
