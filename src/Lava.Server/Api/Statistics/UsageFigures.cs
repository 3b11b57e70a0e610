using Lava.Core;

namespace Lava.Server.Api.Statistics;

/// <summary>
/// What a time or a whole report sums up. The figures below the first four are how SDKs up to 8.x name them; a sum does not keep who paid
/// the provider, so their totals show it as the merchant's cost.
/// </summary>
internal abstract record UsageFigures(long TotalRequests, long TotalUsageTokens, Money TotalCost, Money TotalCharge)
{
    public Money TotalUsageCost => TotalCost;

    public Money TotalFeeAmount => TotalCharge;

    public Money TotalServiceChargeAmount { get; } = Money.Zero;

    public Money TotalRequestCost => TotalCost + TotalCharge;

    public Money TotalWalletCost => TotalCharge;

    public Money TotalMerchantCost => TotalCost;

    public Money TotalGrossVolume => TotalCharge;

    public Money TotalNetVolume => TotalCharge - TotalCost;
}
