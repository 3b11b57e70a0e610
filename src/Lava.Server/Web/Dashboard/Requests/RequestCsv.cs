using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>Requests as lines of a CSV file: all that a record says, exact.</summary>
/// <param name="isTest">The mode in which ids are shown.</param>
/// <param name="customerName">The merchant's own name of a customer; null: none.</param>
/// <param name="meterName">A meter's slug; null: unknown today.</param>
internal sealed class RequestCsv(bool isTest, Func<Guid, string?> customerName, Func<Guid, string?> meterName)
{
    private static readonly (string Name, Func<RequestCsv, UsageRecord, string> Cell)[] Columns =
    [
        ("request_id", (_, record) => CsvText.Plain(record.RequestId)),
        ("created_at", (_, record) => Time(record.CreatedAtMicros)),
        ("completed_at", (_, record) => record.Status == RequestStatus.Pending ? "" : Time(record.CompletedAtMicros)),
        ("status", (_, record) => RequestJson.StatusName(record.Status)),
        ("http_status", (_, record) => record.HttpStatus == 0 ? "" : Number(record.HttpStatus)),
        ("error_code", (_, record) => CsvText.Plain(record.ErrorCode)),
        ("customer_id", (csv, record) => csv.Id(IdPrefix.Customer, record.CustomerId)),
        ("customer_reference", (csv, record) => CsvText.Plain(record.CustomerId is { } id ? csv.CustomerName(id) : null)),
        ("meter_id", (csv, record) => csv.Id(IdPrefix.Meter, record.MeterId)),
        ("meter", (csv, record) => CsvText.Plain(record.MeterId is { } id ? csv.MeterName(id) : null)),
        ("spend_key_id", (csv, record) => csv.Id(IdPrefix.SpendKey, record.SpendKeyId)),
        ("provider", (_, record) => CsvText.Plain(record.Provider)),
        ("provider_key_type", (_, record) => RequestJson.KeyTypeName(record.ProviderKeyType)),
        ("model", (_, record) => CsvText.Plain(record.Model)),
        ("endpoint", (_, record) => CsvText.Plain(record.Endpoint)),
        ("response_id", (_, record) => CsvText.Plain(record.ResponseId)),
        ("streamed", (_, record) => Flag(record.Streamed)),
        ("reported", (_, record) => Flag(record.Reported)),
        ("usage_certainty", (_, record) => RequestJson.CertaintyName(record.Usage.Certainty)),
        ("usage_reason", (_, record) => RequestJson.ReasonName(record.Usage.Reason) ?? ""),
        ("input_tokens", (_, record) => Number(record.Usage.InputTokens)),
        ("output_tokens", (_, record) => Number(record.Usage.OutputTokens)),
        .. UsageDetails.Names.Select((name, i) => (name, Detail(i))),
        ("input_characters", (_, record) => Number(record.Usage.InputCharacters)),
        ("output_characters", (_, record) => Number(record.Usage.OutputCharacters)),
        ("input_seconds", (_, record) => Million(record.Usage.InputMicroseconds)),
        ("output_seconds", (_, record) => Million(record.Usage.OutputMicroseconds)),
        ("input_cost", (_, record) => record.InputCost.ToString()),
        ("output_cost", (_, record) => record.OutputCost.ToString()),
        ("cost", (_, record) => record.Cost.ToString()),
        ("provider_cost", (_, record) => record.Usage.ProviderCost?.ToString() ?? ""),
        ("billed", (_, record) => Flag(record.Billed)),
        ("charge", (_, record) => record.Charge.ToString()),
        ("rate_type", (_, record) => record.MeterId is null ? "" : RequestJson.RateTypeName(record.RateType)),
        ("unit", (_, record) => record.MeterId is null ? "" : RequestJson.UnitName(record.TierType)),
        ("reserved", (_, record) => record.Held.ToString()),
        ("settled", (_, record) => record.Debit.ToString()),
        ("service_tier", (_, record) => RequestJson.TierName(record.ServiceTier)),
        ("regional", (_, record) => Flag(record.IsRegional)),
        ("price_version", (_, record) => Number(record.PriceVersion)),
        ("time_to_first_byte_ms", (_, record) => record.Reported ? "" : Thousand(record.TimeToFirstByteMicros)),
        ("total_ms", (_, record) => record.Reported ? "" : Thousand(record.CompletedAtMicros - record.CreatedAtMicros)),
        ("added_us", (_, record) => record.Reported ? "" : Number(record.AddedMicros)),
        ("metadata", (_, record) => CsvText.Plain(record.Metadata)),
    ];

    private Func<Guid, string?> CustomerName => customerName;

    private Func<Guid, string?> MeterName => meterName;

    /// <summary>The line of the columns' names.</summary>
    public static void AddHead(StringBuilder to) => CsvText.AddLine(to, Columns.Select(column => column.Name));

    /// <summary>A request's line.</summary>
    public void Add(StringBuilder to, UsageRecord record) => CsvText.AddLine(to, Columns.Select(column => column.Cell(this, record)));

    private static Func<RequestCsv, UsageRecord, string> Detail(int i) => (_, record) => Number(UsageDetails.Get(record.Usage, i));

    private string Id(string prefix, Guid? id) => id is { } known ? Ids.Format(prefix, isTest, known) : "";

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Million(long micros) => (micros / 1_000_000m).ToString(CultureInfo.InvariantCulture);

    private static string Thousand(long micros) => (micros / 1_000m).ToString(CultureInfo.InvariantCulture);

    private static string Time(long micros) =>
        DateTime.UnixEpoch.AddMicroseconds(micros).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
