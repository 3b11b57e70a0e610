using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Reporting;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Requests;

/// <summary>
/// <c>POST /v1/requests</c>: work done outside the gateway. Durable before its 200; the same id and content again gives the first answer.
/// Customer and meter in the spelling of any SDK generation: ids, reference ids and slugs, or the older secrets.
/// </summary>
internal sealed class ReportEndpoints(ManagementDependencies dependencies, UsageReports reports)
{
    private static readonly string[] CustomerFields = ["customer_id", "connection_id", "connection_secret"];
    private static readonly string[] MeterFields = ["meter_slug", "meter_id", "product_id", "meter_secret", "product_secret"];

    public async Task ReportAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var requestId = body.RequiredText("request_id", NotOurs);
        var (customerField, customerName) = First(body, CustomerFields);
        var (meterField, meterName) = First(body, MeterFields);
        var usage = ReadUsage(body);
        var metadata = body.Pairs("metadata") is { } pairs ? RequestMetadata.Write(pairs) : null;
        if (metadata is not null && Encoding.UTF8.GetByteCount(metadata) > UsageRecordCodec.MetadataBytesMax)
        {
            body.Errors.Add("metadata", $"must be at most {UsageRecordCodec.MetadataBytesMax} bytes");
        }

        body.Errors.ThrowIfAny();

        var report = new UsageReport
        {
            RequestId = requestId,
            Merchant = call.Merchant,
            Customer = FindCustomer(call, customerField, customerName) ?? throw ApiException.NotFound("customer"),
            Meter = FindMeter(call, meterField, meterName) ?? throw ApiException.NotFound("meter"),
            Usage = usage,
            Metadata = metadata,
        };
        if (!ChargeCalculator.TryCharge(report.Meter, usage, Money.Zero, 0, out _))
        {
            throw new ApiException(ErrorCode.InvalidParameter, "So much usage costs more than an amount can hold");
        }

        var (outcome, record) = await reports.ReportAsync(report, call.Aborted);
        switch (outcome)
        {
            case ReportOutcome.Recorded:
                await call.OkAsync(RequestView.From(record!, call.Merchant, dependencies.Pricing.Current));
                break;
            case ReportOutcome.Conflict:
                throw new ApiException(ErrorCode.RequestConflict, $"request_id '{requestId}' was used with other content");
            case ReportOutcome.Overloaded:
                throw new ApiException(ErrorCode.Overloaded, "Too many reports wait for the database. Try again shortly");
            default:
                throw new ApiException(ErrorCode.JournalUnavailable, "No report can be recorded now. Try again shortly");
        }
    }

    // The gateway's own ids are taken by calls that the database may not have yet.
    private static string? NotOurs(string requestId) =>
        requestId.StartsWith($"{IdPrefix.Request}_", StringComparison.Ordinal) ? $"must not start with {IdPrefix.Request}_" : null;

    private static (string Field, string Value) First(RequestBody body, string[] fields)
    {
        foreach (var field in fields)
        {
            if (body.Text(field).Value is { } value)
            {
                return (field, value);
            }
        }

        return (fields[0], body.RequiredText(fields[0]));
    }

    private Customer? FindCustomer(ApiCall call, string field, string name)
    {
        if (field != "connection_secret")
        {
            return call.TryFindCustomer(name);
        }

        return dependencies.LegacySecrets.TryReadCustomer(Encoding.UTF8.GetBytes(name), out var id)
            && dependencies.Accounts.Current.Customers.TryGetValue(id, out var customer) && customer.MerchantId == call.Merchant.Id
            ? customer
            : null;
    }

    private Meter? FindMeter(ApiCall call, string field, string name)
    {
        var pricing = dependencies.Pricing.Current;
        var text = Encoding.UTF8.GetBytes(name);
        if (field is not ("meter_secret" or "product_secret"))
        {
            return pricing.TryFindMeter(call.Merchant.Id, text, out var named) ? named : null;
        }

        return dependencies.LegacySecrets.TryReadMeter(text, out var id) && pricing.Meters.TryGetValue(id, out var meter)
            && meter.MerchantId == call.Merchant.Id
            ? meter
            : null;
    }

    private static Usage ReadUsage(RequestBody body) => new()
    {
        InputTokens = body.Count("input_tokens"),
        OutputTokens = body.Count("output_tokens"),
        InputCharacters = body.Count("input_characters"),
        OutputCharacters = body.Count("output_characters"),
        InputMicroseconds = body.Seconds("input_seconds"),
        OutputMicroseconds = body.Seconds("output_seconds"),
        Certainty = UsageCertainty.Exact,
    };
}
