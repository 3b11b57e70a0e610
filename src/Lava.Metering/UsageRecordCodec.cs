using System.Buffers;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Metering;

/// <summary>
/// A usage record as bytes, for the journal: a version, flags for what is there, then the fields in a fixed order, numbers in seven-bit
/// groups, texts in UTF-8. Compact (about 250 bytes for a call) because every byte is synced to disk while a caller waits. A record
/// once written is read by every later version: a new field takes a new flag, a new order a new version.
/// </summary>
public static class UsageRecordCodec
{
    /// <summary>The longest request id; the API refuses a longer one.</summary>
    public const int RequestIdBytesMax = 1_024;

    /// <summary>The longest metadata; the API's own limit.</summary>
    public const int MetadataBytesMax = 16 * 1_024;

    /// <summary>The longest provider, model, response id and error code; what is longer is cut.</summary>
    public const int NameBytesMax = 256;

    /// <summary>The longest endpoint; what is longer is cut.</summary>
    public const int EndpointBytesMax = 2_048;

    /// <summary>Models of one call that are told apart; a reader adds those beyond to the last.</summary>
    public const int ModelsMax = 8;

    /// <summary>Upper bound of an encoded record: all texts at their limits, all tiers in the charge.</summary>
    public const int SizeMax = FixedBytes + (MeterRules.TiersMax * SliceBytes) + (ModelsMax * (NameBytesMax + UsageBytes))
        + RequestIdBytesMax + MetadataBytesMax + (4 * NameBytesMax) + EndpointBytesMax;

    private const byte Version = 1;

    // Six ids and the fingerprint of 16, forty numbers of at most 10 and the single bytes make less.
    private const int FixedBytes = 512;
    private const int SliceBytes = 4 * 10;
    private const int UsageBytes = 32 + (UsageCounts.Length * 10);
    private const int BytesPerChar = 3;
    private const int HttpStatusMax = 999;
    private const long LastMicrosecond = 253_402_300_799_999_999;

    /// <summary>Enough bytes for <see cref="Encode(UsageRecord, Span{byte})"/>; at most <see cref="SizeMax"/>.</summary>
    public static int MaxSize(UsageRecord record) => Math.Min(
        SizeMax,
        FixedBytes + (record.Slices.Length * SliceBytes) + (record.ByModel.Length * (NameBytesMax + UsageBytes))
        + (BytesPerChar * (record.RequestId.Length + record.Provider.Length + record.Endpoint.Length + (record.Model?.Length ?? 0)
            + (record.ResponseId?.Length ?? 0) + (record.ErrorCode?.Length ?? 0) + (record.Metadata?.Length ?? 0))));

    /// <summary>Writes a record; allocates nothing.</summary>
    /// <param name="record">The record.</param>
    /// <param name="destination">At least <see cref="MaxSize"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">Request id, metadata or slices are over their limits, or a count is negative.</exception>
    public static int Encode(UsageRecord record, Span<byte> destination)
    {
        var writer = new RecordWriter(destination);
        writer.Byte(Version);
        writer.Number((uint)FlagsOf(record));
        WriteParties(ref writer, record);
        WriteCall(ref writer, record);
        WriteUsage(ref writer, record.Usage);
        WriteMoney(ref writer, record);
        WriteTimes(ref writer, record);
        WriteServing(ref writer, record);
        return writer.Written;
    }

    /// <summary>Writes a record; allocates nothing beyond what the buffer does.</summary>
    /// <inheritdoc cref="Encode(UsageRecord, Span{byte})" path="/exception"/>
    public static void Encode(UsageRecord record, IBufferWriter<byte> destination) =>
        destination.Advance(Encode(record, destination.GetSpan(MaxSize(record))));

    /// <summary>Reads a record back.</summary>
    /// <exception cref="InvalidDataException">The bytes are not exactly one record of a known version.</exception>
    public static UsageRecord Decode(ReadOnlySpan<byte> source)
    {
        var reader = new RecordReader(source);
        if (reader.Byte() is var version && version != Version)
        {
            throw RecordReader.Damaged($"version {version} is not known");
        }

        var flags = (RecordFlags)reader.Count((long)RecordFlags.All);
        var record = new UsageRecord
        {
            Billed = flags.HasFlag(RecordFlags.Billed),
            Reported = flags.HasFlag(RecordFlags.Reported),
            Streamed = flags.HasFlag(RecordFlags.Streamed),
            IsRegional = flags.HasFlag(RecordFlags.Regional),
        };
        ReadParties(ref reader, record, flags);
        ReadCall(ref reader, record, flags);
        record.Usage = ReadUsage(ref reader, flags.HasFlag(RecordFlags.ProviderCost));
        ReadMoney(ref reader, record);
        ReadTimes(ref reader, record, flags);
        ReadServing(ref reader, record, flags);
        return reader.IsAtEnd ? record : throw RecordReader.Damaged("it goes on after its end");
    }

    private static RecordFlags FlagsOf(UsageRecord record) =>
        (record.Billed ? RecordFlags.Billed : 0)
        | (record.Reported ? RecordFlags.Reported : 0)
        | (record.Streamed ? RecordFlags.Streamed : 0)
        | (record.CustomerId is null ? 0 : RecordFlags.Customer)
        | (record.MeterId is null ? 0 : RecordFlags.Meter)
        | (record.Model is null ? 0 : RecordFlags.Model)
        | (record.ResponseId is null ? 0 : RecordFlags.ResponseId)
        | (record.ErrorCode is null ? 0 : RecordFlags.ErrorCode)
        | (record.Metadata is null ? 0 : RecordFlags.Metadata)
        | (record.Fingerprint == 0 ? 0 : RecordFlags.Fingerprint)
        | (record.Usage.ProviderCost is null ? 0 : RecordFlags.ProviderCost)
        | (record.ServiceTier == ServiceTier.Standard ? 0 : RecordFlags.ServiceTier)
        | (record.IsRegional ? RecordFlags.Regional : 0)
        | (record.Usage.Reason == UsageReason.None ? 0 : RecordFlags.UsageReason)
        | (record.ByModel.Length == 0 ? 0 : RecordFlags.ByModel)
        | (record.Job == JobState.None ? 0 : RecordFlags.Job)
        | (record.SpendKeyId is null ? 0 : RecordFlags.SpendKey);

    private static void WriteParties(ref RecordWriter writer, UsageRecord record)
    {
        writer.Id(record.Id);
        writer.Text(record.RequestId, RequestIdBytesMax);
        writer.Id(record.MerchantId);
        if (record.CustomerId is { } customer)
        {
            writer.Id(customer);
        }

        if (record.MeterId is { } meter)
        {
            writer.Id(meter);
        }

        writer.Count(record.WalletId);
    }

    private static void ReadParties(ref RecordReader reader, UsageRecord record, RecordFlags flags)
    {
        record.Id = reader.Id();
        record.RequestId = reader.Text(RequestIdBytesMax);
        record.MerchantId = reader.Id();
        record.CustomerId = flags.HasFlag(RecordFlags.Customer) ? reader.Id() : null;
        record.MeterId = flags.HasFlag(RecordFlags.Meter) ? reader.Id() : null;
        record.WalletId = reader.Count();
    }

    private static void WriteCall(ref RecordWriter writer, UsageRecord record)
    {
        writer.Byte((byte)record.Status);
        writer.Name(record.Provider, NameBytesMax);
        writer.Byte((byte)record.ProviderKeyType);
        WriteName(ref writer, record.Model);
        writer.Name(record.Endpoint, EndpointBytesMax);
        WriteName(ref writer, record.ResponseId);
        writer.Count(Math.Clamp(record.HttpStatus, 0, HttpStatusMax));
        WriteName(ref writer, record.ErrorCode);
    }

    private static void ReadCall(ref RecordReader reader, UsageRecord record, RecordFlags flags)
    {
        record.Status = (RequestStatus)reader.Enum((byte)RequestStatus.Error);
        record.Provider = reader.Text(NameBytesMax);
        record.ProviderKeyType = (ProviderKeyType)reader.Enum((byte)ProviderKeyType.Stored);
        record.Model = flags.HasFlag(RecordFlags.Model) ? reader.Text(NameBytesMax) : null;
        record.Endpoint = reader.Text(EndpointBytesMax);
        record.ResponseId = flags.HasFlag(RecordFlags.ResponseId) ? reader.Text(NameBytesMax) : null;
        record.HttpStatus = (int)reader.Count(HttpStatusMax);
        record.ErrorCode = flags.HasFlag(RecordFlags.ErrorCode) ? reader.Text(NameBytesMax) : null;
    }

    private static void WriteUsage(ref RecordWriter writer, in Usage usage)
    {
        Span<long> counts = stackalloc long[UsageCounts.Length];
        UsageCounts.CopyTo(usage, counts);
        var present = 0u;
        for (var i = 0; i < counts.Length; i++)
        {
            present |= counts[i] == 0 ? 0 : 1u << i;
        }

        writer.Byte((byte)usage.Certainty);
        writer.Number(present);
        foreach (var count in counts)
        {
            if (count != 0)
            {
                writer.Count(count);
            }
        }

        if (usage.ProviderCost is { } cost)
        {
            writer.Amount(cost);
        }
    }

    private static Usage ReadUsage(ref RecordReader reader, bool hasCost)
    {
        var certainty = (UsageCertainty)reader.Enum((byte)UsageCertainty.Exact);
        var present = reader.Count((1L << UsageCounts.Length) - 1);
        Span<long> counts = stackalloc long[UsageCounts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = (present >> i & 1) == 0 ? 0 : reader.Count();
        }

        var usage = UsageCounts.From(counts);
        usage.Certainty = certainty;
        usage.ProviderCost = hasCost ? reader.Amount() : null;
        return usage;
    }

    private static void WriteMoney(ref RecordWriter writer, UsageRecord record)
    {
        writer.Amount(record.InputCost);
        writer.Amount(record.OutputCost);
        writer.Amount(record.Charge);
        writer.Amount(record.Held);
        writer.Amount(record.Debit);
        writer.Byte((byte)record.RateType);
        writer.Byte((byte)record.TierType);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Slices.Length, MeterRules.TiersMax);
        writer.Count(record.Slices.Length);
        foreach (var slice in record.Slices)
        {
            writer.Count(slice.TierStart);
            writer.Amount(slice.TierRate);
            writer.Count(slice.Quantity);
            writer.Amount(slice.Cost);
        }

        writer.Count(record.UnitsBefore);
        writer.Count(record.Units);
    }

    private static void ReadMoney(ref RecordReader reader, UsageRecord record)
    {
        record.InputCost = reader.Amount();
        record.OutputCost = reader.Amount();
        if ((Int128)record.InputCost.Units + record.OutputCost.Units is var cost && cost != (long)cost)
        {
            throw RecordReader.Damaged("its cost is out of range");
        }

        record.Charge = reader.Amount();
        record.Held = reader.Amount();
        record.Debit = reader.Amount();
        record.RateType = (RateType)reader.Enum((byte)RateType.Percentage);
        record.TierType = (TierType)reader.Enum((byte)TierType.Requests);
        var count = (int)reader.Count(MeterRules.TiersMax);
        record.Slices = count == 0 ? [] : new ChargeSlice[count];
        for (var i = 0; i < count; i++)
        {
            record.Slices[i] = new ChargeSlice(reader.Count(), reader.Amount(), reader.Count(), reader.Amount());
        }

        record.UnitsBefore = reader.Count();
        record.Units = reader.Count();
    }

    private static void WriteTimes(ref RecordWriter writer, UsageRecord record)
    {
        writer.Count(record.CycleStart.DayNumber);
        writer.Count(record.PriceVersion);
        if (record.Metadata is { } metadata)
        {
            writer.Text(metadata, MetadataBytesMax);
        }

        if (record.Fingerprint != 0)
        {
            writer.Wide(record.Fingerprint);
        }

        // Clocks step back: a settlement must not fail over a negative duration.
        writer.Count(Math.Clamp(record.CreatedAtMicros, 0, LastMicrosecond));
        writer.Count(Math.Clamp(record.CompletedAtMicros, 0, LastMicrosecond));
        writer.Count(Math.Max(0, record.TimeToFirstByteMicros));
        writer.Count(Math.Max(0, record.AddedMicros));
    }

    private static void ReadTimes(ref RecordReader reader, UsageRecord record, RecordFlags flags)
    {
        record.CycleStart = DateOnly.FromDayNumber((int)reader.Count(DateOnly.MaxValue.DayNumber));
        record.PriceVersion = (int)reader.Count(int.MaxValue);
        record.Metadata = flags.HasFlag(RecordFlags.Metadata) ? reader.Text(MetadataBytesMax) : null;
        record.Fingerprint = flags.HasFlag(RecordFlags.Fingerprint) ? reader.Wide() : 0;
        record.CreatedAtMicros = reader.Count(LastMicrosecond);
        record.CompletedAtMicros = reader.Count(LastMicrosecond);
        record.TimeToFirstByteMicros = reader.Count();
        record.AddedMicros = reader.Count();
    }

    // What came after version 1's first fields: each behind its flag.
    private static void WriteServing(ref RecordWriter writer, UsageRecord record)
    {
        if (record.ServiceTier != ServiceTier.Standard)
        {
            writer.Byte((byte)record.ServiceTier);
        }

        if (record.Usage.Reason != UsageReason.None)
        {
            writer.Byte((byte)record.Usage.Reason);
        }

        if (record.Job != JobState.None)
        {
            writer.Byte((byte)record.Job);
        }

        if (record.SpendKeyId is { } spendKey)
        {
            writer.Id(spendKey);
        }

        if (record.ByModel.Length == 0)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.ByModel.Length, ModelsMax);
        writer.Count(record.ByModel.Length);
        foreach (var part in record.ByModel)
        {
            writer.Name(part.Model, NameBytesMax);
            WriteUsage(ref writer, part.Usage with { ProviderCost = null });
        }
    }

    private static void ReadServing(ref RecordReader reader, UsageRecord record, RecordFlags flags)
    {
        record.ServiceTier = flags.HasFlag(RecordFlags.ServiceTier) ? (ServiceTier)reader.Enum((byte)ServiceTier.Fast) : default;
        if (flags.HasFlag(RecordFlags.UsageReason))
        {
            record.Usage = record.Usage with { Reason = (UsageReason)reader.Enum((byte)UsageReason.Unreadable) };
        }

        record.Job = flags.HasFlag(RecordFlags.Job) ? (JobState)reader.Enum((byte)JobState.Asked) : default;
        record.SpendKeyId = flags.HasFlag(RecordFlags.SpendKey) ? reader.Id() : null;
        var count = flags.HasFlag(RecordFlags.ByModel) ? (int)reader.Count(ModelsMax) : 0;
        record.ByModel = count == 0 ? [] : new ModelUsage[count];
        for (var i = 0; i < count; i++)
        {
            record.ByModel[i] = new ModelUsage(reader.Text(NameBytesMax), ReadUsage(ref reader, hasCost: false));
        }
    }

    private static void WriteName(ref RecordWriter writer, string? name)
    {
        if (name is not null)
        {
            writer.Name(name, NameBytesMax);
        }
    }
}
