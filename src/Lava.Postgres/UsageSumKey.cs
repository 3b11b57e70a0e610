using Lava.Metering;

namespace Lava.Postgres;

/// <summary>The key of the table <c>usage_sums</c>: what reports filter and group by.</summary>
/// <param name="MerchantId">Merchant.</param>
/// <param name="QuarterMicros">Start of the quarter of an hour in which the call arrived, microseconds since 1970.</param>
/// <param name="CustomerId">Customer; empty: none.</param>
/// <param name="MeterId">Meter; empty: none.</param>
/// <param name="Status">State.</param>
/// <param name="Provider">Provider.</param>
/// <param name="Model">Model; "": none.</param>
internal readonly record struct UsageSumKey(
    Guid MerchantId, long QuarterMicros, Guid CustomerId, Guid MeterId, RequestStatus Status, string Provider, string Model)
{
    /// <summary>
    /// The width of a sum. All time zones are whole quarters from UTC, so that a report in any of them can be added up from these.
    /// </summary>
    public const long QuarterLengthMicros = 15 * 60 * 1_000_000L;

    public static UsageSumKey Of(UsageRecord record) => new(
        record.MerchantId,
        record.CreatedAtMicros - (record.CreatedAtMicros % QuarterLengthMicros),
        record.CustomerId ?? Guid.Empty,
        record.MeterId ?? Guid.Empty,
        record.Status,
        StorableText.Of(record.Provider),
        StorableText.Of(record.Model ?? ""));
}
