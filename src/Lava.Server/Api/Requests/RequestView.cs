using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Requests;

/// <summary>A request, the mode in which its ids are shown, and what its meter counts today, which the record does not keep.</summary>
internal sealed record RequestView(UsageRecord Record, bool IsTest, TokenBasis TokenBasis)
{
    public static RequestView From(UsageRecord record, Merchant merchant, PricingSnapshot pricing) => new(
        record,
        merchant.IsTest,
        record.MeterId is { } id && pricing.Meters.TryGetValue(id, out var meter) ? meter.TokenBasis : TokenBasis.InputAndOutput);
}
