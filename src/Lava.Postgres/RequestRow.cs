using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Npgsql;

namespace Lava.Postgres;

/// <summary>A row of the table of requests as the record that it was written from.</summary>
internal static class RequestRow
{
    /// <summary>The columns in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        """
        r.id, r.request_id, r.merchant_id, r.customer_id, r.meter_id, r.wallet_id, r.status, r.billed, r.reported, r.provider,
        r.provider_key_type, r.model, r.endpoint, r.response_id, r.http_status, r.streamed, r.error_code, r.usage_certainty,
        r.input_tokens, r.output_tokens, r.input_characters, r.output_characters, r.input_us, r.output_us, r.details::text,
        r.input_cost, r.output_cost, r.provider_cost, r.charge, r.rate_type, r.tier_type, r.slices::text, r.held, r.debit,
        r.units_before, r.units, r.cycle_start, r.price_version, r.metadata::text, r.fingerprint, r.created_at, r.completed_at,
        r.first_byte_us, r.added_us, r.service_tier, r.regional, r.usage_reason, r.by_model::text, r.job, r.spend_key_id
        """;

    /// <summary>Reads the current row.</summary>
    public static UsageRecord Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        RequestId = row.GetString(1),
        MerchantId = row.GetGuid(2),
        CustomerId = row.IsDBNull(3) ? null : row.GetGuid(3),
        MeterId = row.IsDBNull(4) ? null : row.GetGuid(4),
        WalletId = row.GetInt64(5),
        Status = (RequestStatus)row.GetInt16(6),
        Billed = row.GetBoolean(7),
        Reported = row.GetBoolean(8),
        Provider = row.GetString(9),
        ProviderKeyType = (ProviderKeyType)row.GetInt16(10),
        Model = row.Text(11),
        Endpoint = row.GetString(12),
        ResponseId = row.Text(13),
        HttpStatus = row.GetInt32(14),
        Streamed = row.GetBoolean(15),
        ErrorCode = row.Text(16),
        Usage = ReadUsage(row),
        InputCost = new Money(row.GetInt64(25)),
        OutputCost = new Money(row.GetInt64(26)),
        Charge = new Money(row.GetInt64(28)),
        RateType = (RateType)row.GetInt16(29),
        TierType = (TierType)row.GetInt16(30),
        Slices = row.IsDBNull(31) ? [] : ReadSlices(row.GetString(31)),
        Held = new Money(row.GetInt64(32)),
        Debit = new Money(row.GetInt64(33)),
        UnitsBefore = row.GetInt64(34),
        Units = row.GetInt64(35),
        CycleStart = row.GetFieldValue<DateOnly>(36),
        PriceVersion = row.GetInt32(37),
        Metadata = row.Text(38),
        Fingerprint = row.IsDBNull(39) ? default : Ids.ToUInt128(row.GetGuid(39)),
        CreatedAtMicros = Micros(row.Time(40)),
        CompletedAtMicros = Micros(row.Time(41)),
        TimeToFirstByteMicros = row.GetInt64(42),
        AddedMicros = row.GetInt64(43),
        ServiceTier = (ServiceTier)row.GetInt16(44),
        IsRegional = row.GetBoolean(45),
        ByModel = row.IsDBNull(47) ? [] : ModelUsageColumn.Read(row.GetString(47)),
        Job = (JobState)row.GetInt16(48),
        SpendKeyId = row.IsDBNull(49) ? null : row.GetGuid(49),
    };

    private static Usage ReadUsage(NpgsqlDataReader row)
    {
        var usage = new Usage
        {
            Certainty = (UsageCertainty)row.GetInt16(17),
            Reason = (UsageReason)row.GetInt16(46),
            InputTokens = row.GetInt64(18),
            OutputTokens = row.GetInt64(19),
            InputCharacters = row.GetInt64(20),
            OutputCharacters = row.GetInt64(21),
            InputMicroseconds = row.GetInt64(22),
            OutputMicroseconds = row.GetInt64(23),
            ProviderCost = row.IsDBNull(27) ? null : new Money(row.GetInt64(27)),
        };
        if (!row.IsDBNull(24))
        {
            ReadDetails(row.GetString(24), ref usage);
        }

        return usage;
    }

    private static void ReadDetails(string json, ref Usage usage)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            UsageDetails.Set(ref usage, property.Name, property.Value.GetInt64());
        }
    }

    private static ChargeSlice[] ReadSlices(string json)
    {
        using var document = JsonDocument.Parse(json);
        var slices = new ChargeSlice[document.RootElement.GetArrayLength()];
        for (var i = 0; i < slices.Length; i++)
        {
            var slice = document.RootElement[i];
            slices[i] = new ChargeSlice(
                slice[0].GetInt64(), new Money(slice[1].GetInt64()), slice[2].GetInt64(), new Money(slice[3].GetInt64()));
        }

        return slices;
    }

    private static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
