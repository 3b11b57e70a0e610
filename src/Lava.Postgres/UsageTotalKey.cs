namespace Lava.Postgres;

/// <summary>The key of the table <c>usage_totals</c>: a sum's, less what has nearly as many values as there are requests.</summary>
/// <param name="MerchantId">Merchant.</param>
/// <param name="QuarterMicros">Start of the quarter of an hour in which the call arrived, microseconds since 1970.</param>
/// <param name="MeterId">Meter; empty: none.</param>
/// <param name="Provider">Provider.</param>
/// <param name="Model">Model; "": none.</param>
internal readonly record struct UsageTotalKey(Guid MerchantId, long QuarterMicros, Guid MeterId, string Provider, string Model)
{
    public static UsageTotalKey Of(in UsageSumKey sum) => new(sum.MerchantId, sum.QuarterMicros, sum.MeterId, sum.Provider, sum.Model);
}
