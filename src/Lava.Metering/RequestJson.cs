using System.Globalization;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Metering;

/// <summary>
/// A request as the API shows it. The one place that knows its shape: a report is answered from the record in memory, a list from
/// the database, and both must read the same.
/// </summary>
public static partial class RequestJson
{
    /// <summary>Writes the request as one JSON object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="record">The request.</param>
    /// <param name="isTest">Is its merchant in test mode?</param>
    /// <param name="basis">What its meter counts, for the SDKs that ask.</param>
    public static void Write(
        Utf8JsonWriter writer, UsageRecord record, bool isTest, TokenBasis basis = TokenBasis.InputAndOutput)
    {
        writer.WriteStartObject();
        writer.WriteString("request_id", record.RequestId);
        writer.WriteString("status", StatusName(record.Status));
        WriteId(writer, "customer_id", IdPrefix.Customer, record.CustomerId, isTest);
        WriteId(writer, "meter_id", IdPrefix.Meter, record.MeterId, isTest);
        writer.WriteString("provider", record.Provider);
        writer.WriteString("provider_key_type", KeyTypeName(record.ProviderKeyType));
        WriteOptional(writer, "model", record.Model);
        writer.WriteString("endpoint", record.Endpoint);
        WriteOptional(writer, "response_id", record.ResponseId);
        WriteUsage(writer, record);
        writer.WriteString("cost", record.Cost.ToString());
        WriteCharge(writer, record);
        WriteOlder(writer, record, isTest, basis);
        writer.WriteBoolean("billed", record.Billed);
        writer.WriteString("usage_certainty", CertaintyName(record.Usage.Certainty));
        WriteOptional(writer, "usage_reason", ReasonName(record.Usage.Reason));
        writer.WriteString("service_tier", TierName(record.ServiceTier));
        if (record.IsRegional)
        {
            writer.WriteBoolean("regional", true);
        }

        WriteOptional(writer, "provider_cost", record.Usage.ProviderCost?.ToString());
        WriteOptional(writer, "error_code", record.ErrorCode);
        WriteMetadata(writer, record.Metadata);
        WriteTiming(writer, record);
        if (record.Status != RequestStatus.Pending)
        {
            WriteTime(writer, "timestamp", record.CompletedAtMicros);
        }

        WriteTime(writer, "created_at", record.CreatedAtMicros);
        writer.WriteEndObject();
    }

    /// <summary>The unit as the API names it.</summary>
    public static string UnitName(TierType type) => type switch
    {
        TierType.Tokens1M => "tokens_1m",
        TierType.Characters1M => "characters_1m",
        TierType.Minutes => "minutes",
        TierType.Requests => "requests",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The rate type as the API names it.</summary>
    public static string RateTypeName(RateType type) => type == RateType.Percentage ? "percentage" : "fixed";

    /// <summary>The state as the API names it.</summary>
    public static string StatusName(RequestStatus status) => status switch
    {
        RequestStatus.Pending => "pending",
        RequestStatus.Completed => "completed",
        _ => "error",
    };

    /// <summary>Whose provider key it was, as the API names it.</summary>
    public static string KeyTypeName(ProviderKeyType type) => type switch
    {
        ProviderKeyType.Managed => "managed",
        ProviderKeyType.Unmanaged => "unmanaged",
        _ => "stored",
    };

    private static void WriteCharge(Utf8JsonWriter writer, UsageRecord record)
    {
        writer.WriteStartObject("charge");
        writer.WriteString("amount", record.Charge.ToString());
        writer.WriteString("rate_type", RateTypeName(record.RateType));
        WriteBreakdown(writer, record);
        writer.WriteEndObject();
    }

    private static void WriteBreakdown(Utf8JsonWriter writer, UsageRecord record)
    {
        writer.WriteStartArray("breakdown");
        foreach (var slice in record.Slices)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("tier");
            writer.WriteNumber("start", slice.TierStart);
            writer.WriteString("rate", slice.TierRate.ToString());
            writer.WriteString("type", UnitName(record.TierType));
            writer.WriteEndObject();
            writer.WriteNumber("tokens", record.TierType == TierType.Tokens1M ? slice.Quantity : 0);
            writer.WriteNumber("characters", record.TierType == TierType.Characters1M ? slice.Quantity : 0);
            writer.WriteNumber("seconds", record.TierType == TierType.Minutes ? Seconds(slice.Quantity) : 0);
            writer.WriteString("cost", slice.Cost.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // In the order of the keys: the database keeps an order of its own.
    private static void WriteMetadata(Utf8JsonWriter writer, string? metadata)
    {
        writer.WriteStartObject("metadata");
        if (metadata is not null)
        {
            using var document = JsonDocument.Parse(metadata);
            var properties = new List<JsonProperty>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                properties.Add(property);
            }

            properties.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
            foreach (var property in properties)
            {
                property.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteTiming(Utf8JsonWriter writer, UsageRecord record)
    {
        if (record.Reported)
        {
            return;
        }

        writer.WriteStartObject("timing");
        writer.WriteNumber("time_to_first_byte_ms", Milliseconds(record.TimeToFirstByteMicros));
        writer.WriteNumber("total_ms", Milliseconds(record.CompletedAtMicros - record.CreatedAtMicros));
        writer.WriteNumber("added_us", record.AddedMicros);
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, string name, string prefix, Guid? id, bool isTest)
    {
        if (id is { } present)
        {
            writer.WriteString(name, Ids.Format(prefix, isTest, present));
        }
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, long micros)
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
        writer.WriteString(name, time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    // Decimal division is exact here and drops trailing zeros; no floating point for what is multiplied with a price.
    private static decimal Seconds(long micros) => micros / 1_000_000m;

    private static decimal Milliseconds(long micros) => micros / 1_000m;
}
